"""Choices of the form that keep what a dialogue already has."""

import pytest
from starlette.datastructures import FormData

from events.forms import DialogueForm
from events.forms.fields import MomentField
from kit import i18n
from kit.forms import Form


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("hold_minutes", "0", False),
        ("hold_minutes", "15", True),
        ("hold_minutes", "20", True),
        ("hold_minutes", "2880", True),
        ("hold_minutes", "2881", False),
        ("offer_hours", "0", False),
        ("offer_hours", "36", True),
        ("offer_hours", "99999", False),
    ],
)
def test_holds_and_offers_last_as_long_as_the_rules_say(name: str, value: str, taken: bool) -> None:
    form = DialogueForm.parse(FormData({name: value, "form_key": "k" * 20}))
    form.validate()
    assert (not form[name].errors) == taken


def test_a_day_is_said_in_words_where_it_was_typed() -> None:
    class OneMoment(Form):
        at = MomentField()

    with i18n.use("de"):
        said = [OneMoment(data={"at": typed}).at.said for typed in ("2027-10-07T17:00", "2027-02-30T17:00", "", "1027-10-07T17:00")]  # fmt: skip
    assert said == ["Donnerstag, 7. Oktober 2027", "", "", ""]
