"""One PDF child for the tests of a module, in an installation of its own."""

from collections.abc import Iterator

import pytest

from kit import pdf
from tests.conftest import environment


@pytest.fixture(scope="module", autouse=True)
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings of a test installation; the child ends afterwards."""
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_VAR_DIR=str(tmp_path_factory.mktemp("var"))):
        yield
        pdf.stop()
