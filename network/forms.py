"""Teams, settings of an initiative, and reports of barriers."""

from typing import Any

from kit.forms import AddressField, Filled, Form, FormKeyField, LineField, SelectField, TextField
from kit.i18n import _
from network.models import Initiative
from network.operations import InitiativeTexts
from network.words import accent_choices, role_choices

_EMAIL = {"type": "email", "maxlength": 320}


class MemberForm(Form):
    """Somebody new in the team."""

    email = AddressField(
        validators=[Filled(lambda: _("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"))],
        render_kw={**_EMAIL, "autocomplete": "off"},
    )
    name = LineField(max_chars=200, render_kw={"autocomplete": "off"})
    role = SelectField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email.label.text = _("E-Mail-Adresse")
        self.email.description = _("Dorthin schicken wir eine Einladung mit einem Link. Er gilt sieben Tage.")
        self.name.label.text = _("Name")
        self.role.label.text = _("Rolle")
        self.role.choices = role_choices()
        self.role.flags.required = True


class RoleForm(Form):
    """Another role for a member."""

    role = SelectField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.role.label.text = _("Rolle")
        self.role.choices = role_choices()
        self.role.flags.required = True


class InitiativeForm(Form):
    """Look, imprint and privacy of an initiative."""

    name = LineField(
        validators=[Filled(lambda: _("Der Name fehlt. Beispiel: Industriedialog Musterland"))], max_chars=200
    )
    about = TextField(max_chars=2000)
    accent = SelectField()
    funding_line = LineField(max_chars=400)
    # What § 5 DDG asks of everybody who publishes.
    street = LineField(
        validators=[Filled(lambda: _("Straße und Hausnummer fehlen. Beispiel: Musterweg 1"))], max_chars=200
    )
    place = LineField(
        validators=[Filled(lambda: _("Postleitzahl und Ort fehlen. Beispiel: 49999 Beispielmoor"))], max_chars=200
    )
    email = AddressField(
        validators=[Filled(lambda: _("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"))],
        render_kw={**_EMAIL, "autocomplete": "off"},
    )
    phone = LineField(max_chars=60, render_kw={"type": "tel", "autocomplete": "off"})
    represented_by = LineField(max_chars=200)
    register_entry = LineField(max_chars=200)
    privacy_contact = LineField(max_chars=254)
    privacy_extra = TextField(max_chars=4000)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.name.label.text = _("Name der Initiative")
        self.about.label.text = _("Worum es geht")
        self.about.description = _("Zwei bis vier Sätze. Sie stehen auf der Seite der Initiative.")
        self.accent.label.text = _("Farbe")
        self.accent.description = _("Für Absenderband, Bilder, E-Mails und Namensschilder. Alle zwölf sind gut lesbar.")
        self.accent.choices = accent_choices()
        self.accent.flags.required = True
        self.funding_line.label.text = _("Satz zur Förderung")
        self.funding_line.description = _(
            "Steht am Fuß jeder Seite und jeder E-Mail. Leer: der Satz der Servicestelle."
        )
        self.street.label.text = _("Straße und Hausnummer")
        self.place.label.text = _("Postleitzahl und Ort")
        self.email.label.text = _("E-Mail-Adresse")
        self.phone.label.text = _("Telefon")
        self.represented_by.label.text = _("Vertreten durch")
        self.represented_by.description = _(
            "Nötig für Vereine, Gesellschaften und Körperschaften: wer sie nach außen vertritt, mit Vor- und Nachname."
        )
        self.register_entry.label.text = _("Registereintrag")
        self.register_entry.description = _("Nötig, wenn es einen Eintrag gibt: Register, Gericht und Nummer.")
        self.privacy_contact.label.text = _("Kontakt für Datenschutz")
        self.privacy_contact.description = _(
            "Datenschutzbeauftragte Person oder Adresse. Leer: die E-Mail-Adresse aus dem Impressum."
        )
        self.privacy_extra.label.text = _("Zusatz zum Datenschutz")
        self.privacy_extra.description = _("Was nur bei Ihnen gilt, zum Beispiel eine eigene Rechtsgrundlage.")

    @classmethod
    def of(cls, initiative: Initiative) -> "InitiativeForm":
        """The form as the initiative is now."""
        return cls(obj=initiative)

    def value(self) -> InitiativeTexts:
        """What was typed, after `validate` said yes."""
        return InitiativeTexts(**{field.name: field.data or "" for field in self})


class BarrierForm(Form):
    """A barrier somebody met."""

    form_key = FormKeyField()
    text = TextField(
        validators=[Filled(lambda: _("Bitte beschreiben Sie, was nicht geht. Ein Satz genügt."))], max_chars=4000
    )
    path = LineField(max_chars=300)
    email = AddressField(render_kw={**_EMAIL, "autocomplete": "email"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.text.label.text = _("Was geht nicht?")
        self.text.description = _(
            "Bitte schreiben Sie nichts über Ihre Gesundheit. Uns genügt, welche Stelle Sie aufhält."
        )
        self.path.label.text = _("Auf welcher Seite?")
        self.path.description = _("Die Adresse oder die Überschrift der Seite.")
        self.email.label.text = _("Ihre E-Mail-Adresse für unsere Antwort")
