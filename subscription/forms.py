"""Asking for new dialogues by e-mail."""

from collections.abc import Mapping, Sequence
from typing import Any

from events.pages import format_name
from events.rules import FORMATS
from kit import i18n
from kit.districts import DISTRICTS, district_code, land_of, lies_in
from kit.forms import AddressField, Filled, Form, FormKeyField, LineField, SelectField
from kit.i18n import _
from kit.lands import land_choices, land_name
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
    kreis = LineField()
    format = SelectField()
    initiative = SelectField()
    language = SelectField()

    def offering(self, inviters: Inviters) -> "SubscribeForm":
        """The same form with its labels and choices. `inviters` are the initiatives: id, slug, name."""
        self.email.label.text = _("E-Mail-Adresse")
        self.land.label.text = _("Bundesland")
        self.land.choices = [("", _("Alle Bundesländer")), *land_choices()]
        self.kreis.label.text = _("Kreis oder kreisfreie Stadt")
        self.kreis.description = _("Leer: alle. Beispiel: Emsland")
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

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that the Kreis exists and lies in the Land, where one is chosen."""
        valid = super().validate(extra_validators)
        return self._check_district() and valid

    def _check_district(self) -> bool:
        code, land = district_code(self.kreis.data or ""), self.land.data
        if not self.kreis.data or self.kreis.errors or self.land.errors:
            return not self.kreis.errors
        if not code:
            said = _("Diesen Kreis gibt es nicht. Wählen Sie ihn aus der Liste. Beispiel: Emsland")
        elif land and not lies_in(code, land):
            said = _("%(district)s liegt nicht in %(land)s. Bitte prüfen Sie beide Angaben.") % {
                "district": DISTRICTS[code],
                "land": land_name(land),
            }
        else:
            return True
        self.kreis.errors = [said]
        return False

    def wanted(self, inviters: Inviters) -> Wanted:
        """The choice, once the form is valid. A Kreis brings its Land."""
        ids = {slug: inviter_id for inviter_id, slug, _name in inviters}
        kreis = district_code(self.kreis.data or "")
        land = land_of(kreis) if kreis else self.land.data
        return Wanted(land, self.format.data, ids.get(self.initiative.data, ""), kreis)


def asked_for(query: Mapping[str, str], inviters: Inviters) -> dict[str, Any]:
    """What a form starts with: the filter it was reached from. Values that nothing has do not count."""
    known = {
        "land": {code for code, _name in land_choices()},
        "format": set(FORMATS),
        "initiative": {slug for _id, slug, _name in inviters},
    }
    values = {name: query.get(name, "") for name in known}
    return {name: value if value in known[name] else "" for name, value in values.items()} | {
        "kreis": DISTRICTS.get(query.get("kreis", ""), ""),
        "language": i18n.current(),
    }


def declaration() -> Declaration:
    """The declaration as it stands on the page, in its language."""
    return Declaration(CONSENT_PURPOSE, CONSENT_VERSION, i18n.current(), declaration_words())
