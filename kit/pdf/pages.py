"""Templates that become PDF: under templates/pdf/, always escaped, an unknown name is an error."""

import json
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kit import i18n
from kit.settings import ROOT


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "pdf"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment


def page(name: str, **values: Any) -> str:
    """The HTML of a template in the language in use."""
    return _environment().get_template(name).render(**values)


@cache
def stylesheet(name: str) -> str:
    """The short style that belongs to a template."""
    return (ROOT / "templates" / "pdf" / name).read_text()


@cache
def _signs() -> dict[str, str]:
    signs: dict[str, str] = json.loads((ROOT / "templates" / "pdf" / "signs.json").read_text())
    return signs


def sign(name: str) -> str:
    """The path of a drawn sign (Material Symbols, Apache-2.0), in a view box of `0 -960 960 960`."""
    return _signs()[name]
