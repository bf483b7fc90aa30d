"""What people type about their sign-up: a party, or errors by field."""

import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from wtforms import Field, RadioField
from wtforms.validators import StopValidation

from kit import text
from kit.forms import (
    AddressField,
    Filled,
    Form,
    FormKeyField,
    HiddenField,
    LineField,
    TextField,
    TickField,
)
from kit.i18n import _, _l, ngettext
from kit.tokens import keyed_hash
from registration.rules import ACCESS_NEED, MOST_PARTICIPANTS, NEW_DIALOGUES, PHOTO, Choice, Declaration, Party

DECLARATIONS_VERSION = "2026-4"
NAME_CHARS = 300
MOST_FIELDS = 10
"""So many persons come back with a form that named too many; none of them is registered."""


class NamesField(Field):
    """Several names under one field name, in order. `problems` is the sentence at each place."""

    data: list[str]
    least = 1
    most = MOST_PARTICIPANTS
    first_may_be_empty = False

    def process_data(self, value: Sequence[str] | None) -> None:
        self.data = list(value or [""])
        self.problems: dict[int, str] = {}

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = valuelist[:MOST_FIELDS]

    def pre_validate(self, _form: Form) -> None:
        self.problems = {}
        for place, typed in enumerate(self.data):
            try:
                self.data[place] = text.line(typed, max_chars=NAME_CHARS)
            except text.TextRefused as refused:
                self.problems[place] = str(refused)
        for place, name in enumerate(self.data):
            if not name and place not in self.problems and not (place == 0 and self.first_may_be_empty):
                self.problems[place] = (
                    _("Der Name fehlt. Nennen Sie ihn oder nehmen Sie die Person heraus.")
                    if self.first_may_be_empty
                    else _("Der Name fehlt. Bitte nennen Sie ihn.")
                )
        if len(self.data) > self.most:
            self.problems[self.most] = too_many(self.most)
        if self.problems:
            raise StopValidation(self.problems[min(self.problems)])


def too_many(most: int) -> str:
    return ngettext(
        "Zusammen geht hier höchstens %(num)d Person. Bitte nehmen Sie die anderen heraus.",
        "Zusammen gehen hier höchstens %(num)d Personen. Bitte nehmen Sie die anderen heraus.",
        most,
    ) % {"num": most}


def need_field(description: Any = "") -> TextField:
    return TextField(
        _l("Angabe zum Zugang"),
        description=description
        or _l(
            "Was brauchen Sie, damit Sie gut teilnehmen können? Zum Beispiel einen Weg ohne Stufen, Gebärdensprache, "
            "Untertitel, einen ruhigen Tisch. Warum Sie es brauchen, müssen Sie nicht sagen."
        ),
        render_kw={"rows": 3},
    )


def need_consent_field() -> TickField:
    return TickField(_l("Einwilligung zur Angabe zum Zugang"))


class AccessNeedForm(Form):
    """What somebody needs to take part, with the consent to it: words that may tell of health are kept with it alone."""

    access_need = need_field()
    access_consent = need_consent_field()

    def validate_access_consent(self, field: Field) -> None:
        if self.access_need.data and not field.data:
            raise StopValidation(
                _(
                    "Bitte setzen Sie dieses Häkchen oder leeren Sie das Feld „Angabe zum Zugang“. "
                    "Ohne Einwilligung dürfen wir sie nicht speichern."
                )
            )

    def need_consent(self, language: str) -> Declaration | None:
        """The declaration, where there is something that needs it."""
        return declarations(language)["access_consent"] if self.access_need.data else None


class SignUpForm(AccessNeedForm):
    """The sign-up form. `offers` holds the key of one offer; its choices are set by `for_offers`."""

    form_key = FormKeyField()
    shown_at = HiddenField()
    name = LineField(
        _l("Vor- und Nachname"),
        [Filled(lambda: _("Ihr Name fehlt. Beispiel: Maria Muster"))],
        max_chars=NAME_CHARS,
        render_kw={"autocomplete": "name"},
    )
    email = AddressField(
        _l("E-Mail-Adresse"),
        [Filled(lambda: _("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"))],
        description=_l("Dorthin schicken wir einen Link zum Bestätigen."),
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    organisation = LineField(
        _l("Betrieb oder Organisation"),
        description=_l("Sehen die Gastgeber. Bei Treffen vor Ort steht es auf dem Namensschild."),
        render_kw={"autocomplete": "organization"},
    )
    for_others = TickField(_l("Ich komme nicht selbst, ich melde andere an"))
    participants = NamesField(_l("Wer kommt?"))
    offers = RadioField(_l("Wofür möchten Sie sich anmelden?"), validate_choice=False)
    take_at_once = TickField(_l("Sofort nehmen, wenn kurz vorher ein Platz frei wird"))
    # Again, for their place among the others.
    access_need = need_field()
    access_consent = need_consent_field()
    terms = TickField(
        _l("Teilnahme"),
        [Filled(lambda: _("Ohne dieses Häkchen geht es nicht: Wir brauchen Ihre Zusage zu den Regeln der Teilnahme."))],
    )
    photo = TickField(_l("Fotos"))
    newsletter = TickField(_l("Neue Dialoge per E-Mail"))

    def for_offers(self, keys: Sequence[str], *, party_limit: int) -> "SignUpForm":
        """Sets what the dialogue allows. With one offer nothing has to be chosen."""
        self.offers.choices = [(key, key) for key in keys]
        if len(keys) == 1 and not self.offers.data:
            self.offers.data = keys[0]
        self.participants.most = min(MOST_PARTICIPANTS, party_limit)
        self.participants.first_may_be_empty = True
        return self

    def edit_party(self, action: str) -> int | None:
        """Adds or removes a person as the button says. Returns the place to type at, None when it was neither."""
        names = self.participants.data
        verb, _dash, place = action.partition("-")
        if verb == "add":
            if len(names) < self.participants.most:
                names.append("")
            return len(names) - 1
        if verb == "remove":
            if place.isascii() and place.isdigit() and len(place) < 3 and 0 < int(place) < len(names):
                names.pop(int(place))
            return 0
        return None

    def validate_offers(self, field: Field) -> None:
        if field.data not in [key for key, _label in field.choices]:
            raise StopValidation(_("Bitte wählen Sie eines der Angebote."))

    def validate(self, extra_validators: object = None) -> bool:
        names = self.participants.data
        self.participants.first_may_be_empty = not self.for_others.data
        # Whoever names only the people who come is the first of them.
        if not (self.name.data or "").strip() and names[0].strip():
            self.name.data = names[0]
            self.name.raw_data = [names[0]]
        good = super().validate(extra_validators)
        if self.form_key.errors:
            # A key that cannot be used would come back with every try.
            self.form_key.data = secrets.token_urlsafe(18)
        return good

    def party(self, *, offer_id: str, language: str, remote: bool = False) -> Party:
        """The checked form as a value. `remote`: nobody meets in a room."""
        first, *others = self.participants.data
        return Party(
            email=self.email.data,
            name=self.name.data,
            organisation=self.organisation.data or "",
            names=(first or self.name.data, *others),
            offer_id=offer_id,
            access_need=self.access_need.data or "",
            language=language,
            take_at_once=self.take_at_once.data,
            no_photo=not self.photo.data,
            consents=tuple(
                declaration
                for name, declaration in declarations(language, remote=remote).items()
                if self[name].data and (name != "access_consent" or self.access_need.data)
            ),
        )


def declarations(language: str, *, remote: bool = False) -> dict[str, Declaration]:
    """The declarations of the form in the language in use, by field: heading and words exactly as they are shown."""
    words = {
        "terms": ("participation_terms", *terms_words(remote=remote)),
        "photo": (PHOTO, *photo_words(remote=remote)),
        "newsletter": (NEW_DIALOGUES, *newsletter_words()),
        "access_consent": (ACCESS_NEED, *access_words()),
    }
    return {
        name: Declaration(purpose, DECLARATIONS_VERSION, language, f"{heading} {sentence}")
        for name, (purpose, heading, sentence) in words.items()
    }


def terms_words(*, remote: bool = False) -> tuple[str, str]:
    return (
        _("Ich halte mich an die Regeln der Teilnahme."),
        _(
            "Ich melde alle genannten Personen mit ihrem Wissen an. Wir folgen im Gespräch den Hinweisen der Gastgeber. "
            "Kann jemand nicht dabei sein, sage ich ab. Ohne diese Zusage ist keine Anmeldung möglich."
        )
        if remote
        else _(
            "Ich melde alle genannten Personen mit ihrem Wissen an. Wir folgen vor Ort den Hinweisen der Gastgeber. "
            "Kann jemand nicht kommen, sage ich ab. Ohne diese Zusage ist keine Anmeldung möglich."
        ),
    )


def photo_words(*, remote: bool = False) -> tuple[str, str]:
    if remote:
        return (
            _("Freiwillig: Bilder vom Bildschirm."),
            _(
                "Die Initiative darf Bilder vom Bildschirm veröffentlichen, auf denen wir zu sehen sind. "
                "Alle Genannten sind einverstanden. Zurücknehmen geht jederzeit."
            ),
        )
    return (
        _("Freiwillig: Fotos."),
        _(
            "Die Initiative darf Bilder veröffentlichen, auf denen wir zu sehen sind. Alle Genannten sind einverstanden. "
            "Zurücknehmen geht jederzeit. Ohne Häkchen steht „Bitte kein Foto“ auf dem Namensschild."
        ),
    )


def newsletter_words() -> tuple[str, str]:
    return (
        _("Freiwillig: neue Dialoge per E-Mail."),
        _(
            "Ich möchte neue Dialoge dieser Initiative gemeldet bekommen, höchstens einmal am Tag. "
            "Das kann ich jederzeit mit einem Klick beenden."
        ),
    )


def access_words(*, by_hand: bool = False) -> tuple[str, str]:
    if by_hand:
        return (
            _("Die Person hat ausdrücklich eingewilligt."),
            _(
                "Die Initiative darf die Angabe zum Zugang speichern und lesen, auch wenn sie etwas über die Gesundheit verrät. "
                "Sieben Tage nach dem Dialog wird sie gelöscht. Zurücknehmen geht jederzeit."
            ),
        )
    return (
        _("Ich willige ausdrücklich ein."),
        _(
            "Die Initiative darf meine Angabe zum Zugang speichern und lesen, auch wenn sie etwas über die Gesundheit verrät. "
            "Alle, um die es geht, sind einverstanden. Sieben Tage nach dem Dialog wird sie gelöscht. Zurücknehmen geht jederzeit."
        ),
    )


class ChoiceForm(Form):
    """What is to become of an earlier registration."""

    choice = RadioField(_l("Was soll gelten?"), validate_choice=False)

    def chosen(self) -> Choice | None:
        """The choice, None for none of the three."""
        try:
            return Choice(self.choice.data)
        except ValueError:
            return None


class NamesForm(Form):
    """The names of the people who come, as many as were registered."""

    participants = NamesField(_l("Name"))

    def for_count(self, count: int) -> "NamesForm":
        """Exactly so many names: what is missing is asked for, what is too much is left aside."""
        self.participants.data = (self.participants.data + [""] * count)[:count]
        return self


def ticked(values: Sequence[str]) -> set[int]:
    """The numbers of the people that were ticked; whatever else is passed over."""
    return {int(value) for value in values if re.fullmatch("[0-9]{1,2}", value)}


class LinkForm(Form):
    """Asks for the links of an address once more."""

    form_key = FormKeyField()
    email = AddressField(
        _l("E-Mail-Adresse"),
        [Filled(lambda: _("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"))],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"},
    )


class ExtendForm(Form):
    """The key that makes two clicks one extension."""

    form_key = FormKeyField()


def shown_stamp(dialogue_id: str, now: datetime) -> str:
    """When a form was shown, signed: the grace after closing is for forms that were really open before it."""
    seconds = int(now.timestamp())
    return f"{seconds}.{_shown_mac(dialogue_id, seconds)}"


def shown_at(dialogue_id: str, stamp: str) -> datetime | None:
    """The time in a stamp, None when it is not ours."""
    seconds, _dot, mac = stamp.partition(".")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return None
    if not hmac.compare_digest(mac.encode("utf-8", "replace"), _shown_mac(dialogue_id, int(seconds)).encode()):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _shown_mac(dialogue_id: str, seconds: int) -> str:
    return keyed_hash("form-shown", f"{dialogue_id}|{seconds}")
