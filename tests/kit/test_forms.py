"""Attributes of fields are those of WTForms, letter by letter."""

import pytest
from markupsafe import Markup
from wtforms.widgets.core import html_params

from kit.forms import attributes


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "a", "id": "b", "class_": "c d", "required": True, "hidden": False, "maxlength": 300, "list": None},
        {"value": "<b>\"Ä\" & 'x'</b>", "data_kind_of": "x_y", "aria_label": Markup('Sie sagten "ja" &amp; <b>')},
    ],
)
def test_attributes_are_written_as_wtforms_writes_them(values: dict[str, object]) -> None:
    written = attributes(**values)
    assert written == html_params(**values)
    assert isinstance(written, Markup)
