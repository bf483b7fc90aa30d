"""The new time of one date."""

from typing import Any

from events import rules
from events.forms.fields import MomentField, number
from events.lines import gap_sentence
from kit import zones
from kit.forms import Filled, Form, HiddenField
from kit.i18n import _, _l


class DateForm(Form):
    """Wall times in the zone of the dialogue; `version` is that of the dialogue when the form was opened."""

    version = HiddenField()
    start = MomentField(
        _l("Beginn"),
        [Filled(lambda: _("Bitte nennen Sie den Beginn: Tag und Uhrzeit."))],
        render_kw={"type": "datetime-local"},
    )
    end = MomentField(
        _l("Ende"),
        [Filled(lambda: _("Bitte nennen Sie das Ende: Tag und Uhrzeit."))],
        render_kw={"type": "datetime-local"},
    )

    def __init__(self, *args: Any, zone: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone = zone

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        for field in (self.start, self.end):
            if field.data and not field.errors and zones.is_gap(rules.wall(field.data), self.zone):
                field.errors = [gap_sentence(field.data, self.zone)]
                good = False
        return good

    def opened_with(self) -> int:
        """The version of the dialogue that this form was opened with; 0 when what came is no version."""
        return number(self.version.data or "")

    def refuse(self, sentence: str) -> None:
        """Says at the beginning why the date cannot be then."""
        self.start.errors = [sentence]
