"""The survey's form: nothing is preselected, an unanswered sentence is missing, and no form key is kept."""

from typing import Any

from wtforms import RadioField
from wtforms.validators import StopValidation

from feedback.rules import AGREEMENT, STARS, TEXT_LIMIT, Answers
from kit.forms import Filled, Form, TextField, TickField
from kit.i18n import _, _l

DONT_KNOW = "weiss_nicht"
STEPS = ("1", "2", "3", "4", "5")


class ScaleField(RadioField):
    """One of five steps. With `optional` also „weiß nicht“, or nothing at all."""

    def __init__(self, *args: Any, optional: bool, **options: Any) -> None:
        self.optional = optional
        self.allowed = (*STEPS, DONT_KNOW) if optional else STEPS
        super().__init__(*args, choices=list(self.allowed), validate_choice=False, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else None

    def pre_validate(self, _form: Any) -> None:
        if self.data is None and not self.optional:
            raise StopValidation(_("Die Sterne fehlen. Bitte wählen Sie einen bis fünf."))
        if self.data is not None and self.data not in self.allowed:
            raise StopValidation(_("Diese Antwort kennen wir nicht. Bitte wählen Sie eine der Antworten aus."))

    @property
    def step(self) -> int | None:
        return int(self.data) if self.data in STEPS else None


class ReportForm(Form):
    """What the organiser heard, and which questions are told beside it."""

    text = TextField(
        _l("Was wir gehört haben"),
        [Filled(lambda: _("Der Text fehlt. Schreiben Sie in ein paar Sätzen, was Sie gehört haben."))],
        description=_l("Höchstens 4.000 Zeichen. Nennen Sie Lob und Kritik, aber keine Personen."),
        max_chars=4000,
    )
    stars = TickField()
    heard = TickField()
    critical = TickField()

    def figures(self) -> tuple[str, ...]:
        """The codes of the ticked questions."""
        return tuple(code for code in (STARS, *AGREEMENT) if self[code].data)


class RateForm(Form):
    """Stars, two sentences, one text."""

    stars = ScaleField(optional=False)
    heard = ScaleField(optional=True)
    critical = ScaleField(optional=True)
    text = TextField(
        _l("Was sollen wir wissen?"),
        description=_l("Höchstens 1.000 Zeichen. Bitte nennen Sie keine Namen."),
        max_chars=TEXT_LIMIT,
    )

    def answers(self) -> Answers:
        """The value of a form that validated."""
        assert self.stars.step is not None
        return Answers(
            stars=self.stars.step, heard=self.heard.step, critical=self.critical.step, text=self.text.data or ""
        )
