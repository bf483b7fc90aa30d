"""What a team types to many."""

from typing import Any

from wtforms.validators import StopValidation

from kit.forms import Filled, Form, FormKeyField, LineField, SelectField, TextField
from kit.i18n import _, _l
from registration.rules import unknown_placeholders

SUBJECT_CHARS = 100
TEXT_CHARS = 5000


def known_names() -> str:
    """The names that may stand between braces, as one reads them."""
    names = (_("Name"), _("Titel"), _("Datum"), _("Uhrzeit"), _("Ort"), _("Referenz"))
    return ", ".join("{" + name + "}" for name in names)


class KnownNames:
    """Whoever writes {Nmae} meant {Name}; nobody should read it as it stands."""

    def __call__(self, _form: Any, field: Any) -> None:
        unknown = unknown_placeholders(field.data or "")
        if unknown:
            raise StopValidation(
                _("%(word)s kennen wir nicht. Es gibt: %(names)s.")
                % {"word": "{" + unknown[0] + "}", "names": known_names()}
            )


class MessageForm(Form):
    """A letter to everybody in a circle. `circles`: (value, label with its number)."""

    form_key = FormKeyField()
    circle = SelectField(_l("An wen"))
    subject = LineField(
        _l("Betreff"),
        [Filled(lambda: _("Der Betreff fehlt. Beispiel: So kommen Sie zum Werktor")), KnownNames()],
        max_chars=SUBJECT_CHARS,
        render_kw={"autocomplete": "off"},
    )
    text = TextField(
        _l("Text"),
        [Filled(lambda: _("Der Text fehlt. Anrede, Termin und Absender setzen wir dazu.")), KnownNames()],
        max_chars=TEXT_CHARS,
    )

    def __init__(self, *args: Any, circles: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.circle.choices = circles
        self.text.description = _(
            "Anrede, Termin, Ort und Absender setzen wir dazu. Für jede Person eigens: %(names)s."
        ) % {"names": known_names()}
