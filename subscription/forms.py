"""Asking for new dialogues by e-mail."""

from collections.abc import Mapping, Sequence
from typing import Any

from events.pages import format_name
from events.rules import FORMATS
from kit import i18n
from kit.forms import AddressField, Filled, Form, FormKeyField, SelectField
from kit.i18n import _
from kit.lands import land_choices
from registration.rules import Declaration
from subscription.rules import CONSENT_PURPOSE, CONSENT_VERSION, Wanted
from subscription.words import declaration_words, language_name

Inviters = Sequence[tuple[str, str, str]]


class SubscribeForm(Form):
    """An address, a choice of dialogues, a language. Field names as in the filter of the calendar."""

    form_key = FormKeyField()
    email = AddressField(
        validators=[Filled(lambda: _("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"))],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    land = SelectField()
    format = SelectField()
    initiative = SelectField()
    language = SelectField()

    def offering(self, inviters: Inviters) -> "SubscribeForm":
        """The same form with its labels and choices. `inviters` are the initiatives: id, slug, name."""
        self.email.label.text = _("E-Mail-Adresse")
        self.land.label.text = _("Bundesland")
        self.land.choices = [("", _("Alle Bundesländer")), *land_choices()]
        self.format.label.text = _("Format")
        self.format.choices = [("", _("Alle Formate")), *((code, format_name(code)) for code in FORMATS)]
        self.initiative.label.text = _("Initiative")
        self.initiative.choices = [("", _("Alle Initiativen")), *((slug, name) for _id, slug, name in inviters)]
        self.language.label.text = _("Sprache der E-Mails")
        codes = dict.fromkeys((*i18n.PUBLIC_CODES, i18n.current()))
        self.language.choices = [(code, language_name(code)) for code in codes]
        for field in (self.land, self.format, self.initiative, self.language):
            # Each has a value from the beginning.
            field.flags.required = True
        return self

    def wanted(self, inviters: Inviters) -> Wanted:
        """The choice, once the form is valid."""
        ids = {slug: inviter_id for inviter_id, slug, _name in inviters}
        return Wanted(self.land.data, self.format.data, ids.get(self.initiative.data, ""))


def asked_for(query: Mapping[str, str], inviters: Inviters) -> dict[str, Any]:
    """What a form starts with: the filter it was reached from. Values that nothing has do not count."""
    known = {
        "land": {code for code, _name in land_choices()},
        "format": set(FORMATS),
        "initiative": {slug for _id, slug, _name in inviters},
    }
    values = {name: query.get(name, "") for name in known}
    return {name: value if value in known[name] else "" for name, value in values.items()} | {
        "language": i18n.current()
    }


def declaration() -> Declaration:
    """The declaration as it stands on the page, in its language."""
    return Declaration(CONSENT_PURPOSE, CONSENT_VERSION, i18n.current(), declaration_words())
