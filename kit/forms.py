"""Forms: WTForms with our text rules at the border and errors that are sentences with a way out."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from starlette.datastructures import FormData
from wtforms import Form as WtForm
from wtforms import HiddenField as WtHiddenField
from wtforms import IntegerField as WtIntegerField
from wtforms import SelectField as WtSelectField
from wtforms import StringField, TextAreaField
from wtforms.utils import unset_value
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput, NumberInput, TextInput
from wtforms.widgets.core import clean_key

from kit import text
from kit.i18n import _
from kit.tokens import keyed_hash


class _Posted(dict[str, list[str]]):
    """The multi-dict WTForms asks for, over Starlette's form."""

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


def posted(form: FormData | Mapping[str, Sequence[str]]) -> _Posted:
    """The values of a posted form by field."""
    result = _Posted()
    if isinstance(form, FormData):
        for name, value in form.multi_items():
            result.setdefault(name, []).append(str(value))
    else:
        for name, values in form.items():
            result[name] = list(values)
    return result


class Form(WtForm):
    """A form of ours. `errors_in_order` lists (field, sentence) for the summary."""

    class Meta:
        # Sentences come from our own catalogue.
        locales = False

    @classmethod
    def parse(cls, form: FormData, **options: Any) -> "Form":
        return cls(posted(form), **options)

    def errors_in_order(self) -> list[tuple[Any, str]]:
        return [(field, sentence) for field in self for sentence in _flat(field.errors)[:1]]


def _flat(errors: Any) -> list[str]:
    found: list[str] = []
    for error in errors:
        if isinstance(error, str):
            found.append(error)
        elif isinstance(error, list | tuple):
            found.extend(_flat(error))
    return found


class Filled:
    """The field must hold something; the sentence says what."""

    def __init__(self, sentence: Callable[[], str]) -> None:
        self.sentence = sentence
        self.field_flags = {"required": True}

    def __call__(self, _form: WtForm, field: Any) -> None:
        if not field.data:
            field.errors = []
            raise StopValidation(self.sentence())


def attributes(**values: Any) -> Markup:
    """HTML attributes as WTForms writes them, in a quarter of its time."""
    parts = []
    for name, value in sorted(values.items()):
        if value is not False:
            # Safe HTML may hold quotation marks.
            quoted = "" if value is True else '="' + str(escape(value)).replace('"', "&quot;") + '"'
            parts.append(clean_key(name) + quoted)
    return Markup(" ".join(parts))  # noqa: S704 - every value is escaped above


class _Line(TextInput):
    html_params = staticmethod(attributes)


class _Hidden(HiddenInput):
    html_params = staticmethod(attributes)


class _Number(NumberInput):
    html_params = staticmethod(attributes)


class LineField(StringField):
    """One line of text, normalised at the border."""

    widget = _Line()
    data: Any

    def __init__(self, *args: Any, max_chars: int = 200, **options: Any) -> None:
        super().__init__(*args, **options)
        self.max_chars = max_chars

    def pre_validate(self, form: WtForm) -> None:
        if self.raw_data and self.data is not None:
            self.data = _clean(self, lambda: text.line(self.raw_data[0], max_chars=self.max_chars))


class TextField(TextAreaField):
    """Several lines of text, normalised at the border."""

    data: Any

    def __init__(self, *args: Any, max_chars: int = 1000, **options: Any) -> None:
        super().__init__(*args, **options)
        self.max_chars = max_chars

    def pre_validate(self, form: WtForm) -> None:
        if self.raw_data and self.data is not None:
            self.data = _clean(self, lambda: text.multiline(self.raw_data[0], max_chars=self.max_chars))


class AddressField(StringField):
    """Exactly one e-mail address. An empty one is left to `Filled`."""

    widget = _Line()

    def pre_validate(self, form: WtForm) -> None:
        value = (self.raw_data or [""])[0].strip()
        if value:
            self.data = _clean(self, lambda: text.address(value))
        else:
            self.data = ""


class HiddenField(WtHiddenField):
    """A value the page carries along."""

    widget = _Hidden()


def content_key(form: Any) -> str:
    """Equal for forms that say the same, whatever order they say it in."""
    said = sorted((name, value) for name in form for value in form.getlist(name))
    return keyed_hash("form", repr(said))[:40]


class FormKeyField(HiddenField):
    """The idempotency key of a form: new for each page shown, kept while the form comes back with errors.

    A post that names none has one made of what it says, so that the same post twice is still one.
    """

    raw_data: Any

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if formdata and not self.raw_data:
            self.data = content_key(formdata)
            self.raw_data = [self.data]

    def process_data(self, value: Any) -> None:
        self.data = value or secrets.token_urlsafe(18)

    def pre_validate(self, form: WtForm) -> None:
        if not self.data or not 16 <= len(self.data) <= 64 or not self.data.isascii():
            raise StopValidation(
                _("Das Formular war unvollständig. Bitte laden Sie die Seite neu und füllen Sie es noch einmal aus.")
            )


class CountField(WtIntegerField):
    """A whole number within limits."""

    widget = _Number()

    def __init__(self, *args: Any, least: int = 0, most: int = 100_000, **options: Any) -> None:
        super().__init__(*args, **options)
        self.least = least
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        value = valuelist[0].strip()
        if (
            not value.isascii()
            or not value.isdigit()
            or not self.least <= int(value[:9]) <= self.most
            or len(value) > 9
        ):
            self.data = None
            raise ValueError(
                _("Bitte geben Sie eine ganze Zahl von %(least)d bis %(most)d ein.")
                % {"least": self.least, "most": self.most}
            )
        self.data = int(value)


class SelectField(WtSelectField):
    """One of the choices; anything else gets a sentence, not a traceback."""

    # Our choices are pairs (value, label), which the library takes until 3.4 and warns about.
    _warn_legacy_choices = staticmethod(lambda choices: None)

    def pre_validate(self, form: WtForm) -> None:
        allowed = [str(choice[0]) for choice in (self.choices or [])]
        if str(self.data) not in allowed:
            raise StopValidation(_("Bitte wählen Sie einen der Einträge aus."))


class TickField(StringField):
    """A box that is ticked when its name is sent with the value `ja`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[:1] == ["ja"]

    def process_data(self, value: Any) -> None:
        self.data = bool(value)


def _clean(field: Any, clean: Callable[[], str]) -> str:
    try:
        return clean()
    except text.TextRefused as refused:
        raise StopValidation(str(refused)) from refused
