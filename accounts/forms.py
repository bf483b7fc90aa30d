"""Signing in, and one's own account."""

from typing import Any

from kit.forms import AddressField, Filled, Form, FormKeyField, HiddenField, LineField, SelectField
from kit.i18n import _


class SignInForm(Form):
    """An address, and where to go on to."""

    form_key = FormKeyField()
    next = HiddenField()
    email = AddressField(
        validators=[Filled(lambda: _("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"))],
        render_kw={"type": "email", "autocomplete": "email", "maxlength": 320},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email.label.text = _("Ihre E-Mail-Adresse")


class EmailForm(Form):
    """A new address to sign in with."""

    email = AddressField(
        validators=[Filled(lambda: _("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"))],
        render_kw={"type": "email", "autocomplete": "email", "maxlength": 320},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email.label.text = _("Neue E-Mail-Adresse")
        self.email.description = _("Dorthin schicken wir einen Link. Bis Sie ihn öffnen, gilt die alte Adresse.")


class PasskeyForm(Form):
    """What the browser made, and what its owner calls it."""

    credential = HiddenField()
    name = LineField(max_chars=60, render_kw={"autocomplete": "off"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, prefix="passkey-", **options)
        self.name.label.text = _("Name des Passkeys")
        self.name.description = _("Woran Sie das Gerät wiedererkennen.")


class AccountForm(Form):
    """What letters and colleagues call somebody."""

    name = LineField(max_chars=200, render_kw={"autocomplete": "name"})
    language = SelectField(choices=[("de", "Deutsch"), ("en", "English")])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.name.label.text = _("Ihr Name")
        self.name.description = _("So sehen Sie die anderen in Ihrem Team.")
        self.language.label.text = _("Sprache der E-Mails an Sie")
        self.language.flags.required = True
