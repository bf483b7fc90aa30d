"""Fields that only dialogues have."""

from urllib.parse import urlsplit

from wtforms import SelectMultipleField
from wtforms.validators import StopValidation

from events import lines, rules
from kit.forms import (
    Form,
    LineField,
)
from kit.i18n import _, format_day

YEARS = range(2020, 2100)


class MomentField(LineField):
    """A wall time as browsers send it, `YYYY-MM-DDTHH:MM`. Empty stays empty."""

    @property
    def said(self) -> str:
        """The day in words, with its weekday; empty where none can be read."""
        found = lines.moment(self.data or "")
        return format_day(found) if found and found.year in YEARS else ""

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        found = lines.moment(self.data)
        if found is None or found.year not in YEARS:
            raise StopValidation(_("Bitte nennen Sie Tag und Uhrzeit. Beispiel: 2027-10-07 17:00"))
        self.data = found.strftime(rules.WALL)


class ClockField(LineField):
    """A time of day, `HH:MM`. Empty stays empty."""

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if self.data and lines.clock(self.data) is None:
            raise StopValidation(_("Bitte nennen Sie eine Uhrzeit. Beispiel: 16:30"))
        self.data = lines.clock(self.data or "") or ""


class CoordinatesField(LineField):
    """Latitude and longitude, kept as `52.27264,7.44219`. Empty stays empty."""

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        sentence = {
            "unclear": _(
                "Es ist nicht klar, welches Komma die beiden Zahlen trennt. "
                "Bitte trennen Sie sie mit einem Semikolon. Beispiel: 52,27264; 7,44219"
            ),
            "swapped": _("Die beiden Zahlen sind vertauscht: Erst kommt die Breite, dann die Länge."),
            "outside": _("Dieser Ort liegt nicht in Europa. Erst kommt die Breite, dann die Länge: 52.27264, 7.44219"),
            "unreadable": _(
                "Bitte nennen Sie zwei Zahlen, erst die Breite, dann die Länge. Beispiel: 52.27264, 7.44219"
            ),
        }.get(rules.coordinates_fault(self.data))
        if sentence:
            raise StopValidation(sentence)
        self.data = rules.read_coordinates(self.data)


class LinkField(LineField):
    """A web address. Empty stays empty."""

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        try:
            parts = urlsplit(self.data)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in self.data
        except ValueError:
            good = False
        if not good:
            raise StopValidation(_("Eine Webadresse beginnt mit https://. Beispiel: https://treffen.example/raum"))


class ChoicesField(SelectMultipleField):
    """Any number of the choices."""

    def pre_validate(self, _form: Form) -> None:
        allowed = {choice[0] for choice in self.choices}
        if any(value not in allowed for value in self.data or []):
            raise StopValidation(_("Bitte wählen Sie einen der Einträge aus."))


def number(data: str) -> int:
    """The number of a hidden field; 0 when what came is none."""
    return int(data) if data.isascii() and data.isdigit() and len(data) < 10 else 0
