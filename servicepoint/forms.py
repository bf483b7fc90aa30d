"""A new initiative."""

from typing import Any

from wtforms.validators import StopValidation

from kit.forms import AddressField, Filled, Form, FormKeyField, LineField, SelectField
from kit.i18n import _
from kit.lands import land_choices
from kit.text import file_name
from network.operations import NewInitiative
from network.rules import RESERVED_SLUGS, slug_fits
from network.words import accent_choices


class OwnerForm(Form):
    """To whom an initiative belongs too."""

    email = AddressField(
        validators=[Filled(lambda: _("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"))],
        render_kw={"type": "email", "autocomplete": "off", "maxlength": 320},
    )
    name = LineField(max_chars=200, render_kw={"autocomplete": "off"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email.label.text = _("E-Mail-Adresse")
        self.email.description = _("Wer noch nicht im Team ist, bekommt eine Einladung mit einem Link.")
        self.name.label.text = _("Name dieser Person")


class InitiativeForm(Form):
    """What an initiative begins with, and to whom it belongs."""

    form_key = FormKeyField()
    name = LineField(
        validators=[Filled(lambda: _("Der Name fehlt. Beispiel: Industriedialog Musterland"))], max_chars=200
    )
    slug = LineField(max_chars=80, render_kw={"autocomplete": "off", "spellcheck": "false"})
    land = SelectField()
    accent = SelectField()
    email = AddressField(
        validators=[Filled(lambda: _("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"))],
        render_kw={"type": "email", "autocomplete": "off", "maxlength": 320},
    )
    owner_name = LineField(max_chars=200, render_kw={"autocomplete": "off"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.name.label.text = _("Name der Initiative")
        self.slug.label.text = _("Kurzname für die Adresse")
        self.slug.description = _("Kleine Buchstaben, Ziffern und Bindestriche. Leer: aus dem Namen gebildet.")
        self.land.label.text = _("Bundesland")
        self.land.choices = [("", _("Bitte wählen")), *land_choices()]
        self.land.flags.required = True
        self.accent.label.text = _("Farbe")
        self.accent.description = _("Die Initiative kann sie später ändern.")
        self.accent.choices = accent_choices()
        self.accent.flags.required = True
        self.email.label.text = _("E-Mail-Adresse der ersten Inhaberin oder des ersten Inhabers")
        self.email.description = _("Dorthin schicken wir eine E-Mail mit einem Link zum Einloggen.")
        self.owner_name.label.text = _("Name dieser Person")

    def validate_slug(self, field: LineField) -> None:
        """The proposal is put into the field, so that a refusal shows what was proposed."""
        if not field.data and self.name.data:
            field.data = file_name(self.name.data, "")
        if field.data and (not slug_fits(field.data) or field.data in RESERVED_SLUGS):
            raise StopValidation(
                _("Bitte nur kleine Buchstaben a bis z, Ziffern und Bindestriche. Beispiel: industriedialog-musterland")
            )

    def validate_land(self, field: SelectField) -> None:
        if not field.data:
            raise StopValidation(_("Bitte wählen Sie das Bundesland."))

    def value(self) -> NewInitiative:
        """What was typed, after `validate` said yes."""
        return NewInitiative(slug=self.slug.data, name=self.name.data, land=self.land.data, accent=self.accent.data)
