"""Forms that open a survey."""

from typing import Any

from wtforms.validators import StopValidation

from kit.forms import Filled, Form, FormKeyField, LineField, SelectField
from kit.i18n import _, _l


class OpenForm(Form):
    """One survey for whoever has its link. The choices of `questionnaire` are (code, name), set by the page."""

    form_key = FormKeyField()
    title = LineField(
        _l("Worum geht es?"),
        [Filled(lambda: _("Der Titel fehlt. Er steht über den Fragen."))],
        description=_l("Steht über den Fragen, für alle sichtbar."),
        max_chars=200,
        render_kw={"autocomplete": "off"},
    )
    questionnaire = SelectField(_l("Fragebogen"))


class OpenUntilForm(OpenForm):
    """The same until a day that somebody names."""

    until = LineField(
        _l("Letzter Tag"),
        [Filled(lambda: _("Der letzte Tag fehlt."))],
        max_chars=10,
        render_kw={"type": "date", "autocomplete": "off"},
    )


class FeedbackForm(OpenUntilForm):
    """Feedback on one part of a dialogue. `offer` is (id, title), the first of them none; one of both is named."""

    offer = SelectField(_l("Zu welchem Teil?"))
    title = LineField(
        _l("Oder: wozu?"),
        description=_l("Zum Beispiel der Titel eines Beitrags. Steht über den Fragen, für alle sichtbar."),
        max_chars=200,
        render_kw={"autocomplete": "off"},
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        # It stands on one page with the form above, whose fields have the same names.
        for field in self:
            field.id = field.label.field_id = f"part-{field.name}"

    def validate_title(self, field: Any) -> None:
        if not field.data and not self.offer.data:
            raise StopValidation(_("Bitte wählen Sie einen Teil, oder schreiben Sie, worum es geht."))
