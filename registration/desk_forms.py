"""What organisers type about registrations."""

from typing import Any

from wtforms.validators import StopValidation

from kit import i18n, text
from kit.forms import AddressField, Filled, Form, FormKeyField, LineField, SelectField, TextField
from kit.i18n import _, _l, ngettext
from registration.forms import DECLARATIONS_VERSION, AccessNeedForm, access_words, need_consent_field, need_field
from registration.rules import ACCESS_NEED, Declaration, Party

NAME_CHARS = 300


class OthersField(TextField):
    """More names, one a line; `names` are the cleaned ones."""

    most = 3
    names: tuple[str, ...] = ()

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        lines = [line for line in (self.data or "").splitlines() if line.strip()]
        if len(lines) > self.most:
            raise StopValidation(
                ngettext(
                    "Zusammen geht hier höchstens %(num)d Person. Legen Sie für die anderen eine eigene Anmeldung an.",
                    "Zusammen gehen hier höchstens %(num)d Personen. Legen Sie für die anderen eine eigene Anmeldung an.",
                    self.most + 1,
                )
                % {"num": self.most + 1}
            )
        try:
            self.names = tuple(filter(None, (text.line(line, max_chars=NAME_CHARS) for line in lines)))
        except text.TextRefused as refused:
            raise StopValidation(str(refused)) from refused


class AddForm(AccessNeedForm):
    """Somebody added by hand. The choices of `offer` are (key, label), set by the page."""

    form_key = FormKeyField()
    name = LineField(
        _l("Vor- und Nachname"),
        [Filled(lambda: _("Der Name fehlt. Beispiel: Maria Muster"))],
        max_chars=NAME_CHARS,
        render_kw={"autocomplete": "off"},
    )
    participants = OthersField(
        _l("Weitere Personen"), description=_l("Ein Name je Zeile."), max_chars=1000, render_kw={"autocomplete": "off"}
    )
    email = AddressField(
        _l("E-Mail-Adresse"),
        description=_l("Ohne Adresse drucken Sie die Briefe selbst."),
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )
    organisation = LineField(
        _l("Organisation"),
        description=_l("Steht auf dem Namensschild."),
        max_chars=200,
        render_kw={"autocomplete": "off"},
    )
    offer = SelectField(_l("Angebot"))
    language = SelectField(_l("Sprache der E-Mails"))
    access_need = need_field(
        _l("Was die Person braucht, um gut teilzunehmen. Warum sie es braucht, gehört nicht hierher.")
    )
    access_consent = need_consent_field()

    def __init__(self, *args: Any, offers: list[tuple[str, str]], party_limit: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer.choices = offers
        self.language.choices = [("de", _("Deutsch")), ("en", _("Englisch"))]
        self.participants.most = party_limit - 1

    def party(self, offer_id: str) -> Party:
        """What was written; only after `validate`."""
        return Party(
            email=self.email.data or None,
            name=self.name.data,
            organisation=self.organisation.data or "",
            names=(self.name.data, *self.participants.names),
            offer_id=offer_id,
            access_need=self.access_need.data or "",
            language=self.language.data,
            consents=self.consents(),
        )

    def consents(self) -> tuple[Declaration, ...]:
        """What the person told the team, in the words that the team ticked."""
        if not self.access_need.data:
            return ()
        heading, sentence = access_words(by_hand=True)
        return (Declaration(ACCESS_NEED, DECLARATIONS_VERSION, i18n.current(), f"{heading} {sentence}"),)


class ReasonForm(Form):
    """Why a dialogue is postponed or cancelled; people read it in their letter."""

    reason = TextField(
        _l("Grund"), max_chars=1000, description=_l("Steht in der E-Mail und auf der Seite des Dialogs.")
    )

    def __init__(self, *args: Any, needed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if needed:
            self.reason.validators = [
                Filled(lambda: _("Der Grund fehlt. Beispiel: Der Betrieb hat kurzfristig eine Störung."))
            ]
            self.reason.flags.required = True
