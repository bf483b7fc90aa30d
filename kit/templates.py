"""Pages become HTML here, and nowhere else.

A page is a frozen dataclass with a class attribute `template`. Its template sees the fields of the page by name, the page
itself as `page`, and the globals below; anything else is an error, not an empty place. Each page template sets `heading`,
which is the text of its `h1` and the beginning of its title.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kit import i18n
from kit.lands import land_name

_ROOT = Path(__file__).resolve().parent.parent
STATIC = _ROOT / "static"


@dataclass(frozen=True)
class RailEntry:
    """One line of the workspace's rail. `icon` names a symbol of `static/icons.svg`; `label` is translated."""

    path: str
    icon: str
    label: str
    current: bool = False


@dataclass(frozen=True)
class Rail:
    """The left side of the workspace: whose it is and where one can go. `switch_path` is empty with one initiative."""

    name: str
    entries: tuple[RailEntry, ...]
    accent: str = "stahl"
    logo: str = ""
    switch_path: str = ""


@dataclass(frozen=True)
class Frame:
    """What surrounds every page.

    `path` and `query` are those of the request; a page that answers a POST names an address that can be read again.
    `here` is the current entry of the navigation: dialogues, initiatives, how, workspace or "".
    `demo_roles` (key, translated label) fills the demo banner and is empty outside the demo.
    `imprint` is the path of the initiative's imprint on its pages, with `imprint_name` for the link.
    """

    path: str
    query: str = ""
    here: str = ""
    person: str = ""
    operator: str = ""
    funding_line: str = ""
    ministry: str = ""
    demo_roles: tuple[tuple[str, str], ...] = ()
    imprint: str = ""
    imprint_name: str = ""
    privacy: str = "/datenschutz"
    rail: Rail | None = None

    def in_language(self, code: str) -> str:
        """The address of this page in another language."""
        kept = [(name, value) for name, value in parse_qsl(self.query) if name != "sprache"]
        return f"{self.path}?{urlencode([*kept, ('sprache', code)])}"


@dataclass(frozen=True)
class Section:
    """A part of a text page: paragraphs, pairs (label, value), a list, then links (path, label).

    `step` numbers the steps of a procedure, which stand first and side by side."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    key: str = ""
    step: int = 0


class Page(Protocol):
    """A frozen dataclass that names its template."""

    template: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


@cache
def static(path: str) -> str:
    """The address of a file below `static/`, with a part that changes with its content. Raises FileNotFoundError."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"


def language() -> str:
    """The code for the `lang` attribute; the pseudo-language is marked German."""
    return "en" if i18n.current() == "en" else "de"


@lru_cache(maxsize=4096)
def _sentence(_language: str, message: str) -> Markup:
    return Markup(i18n.gettext(message)) % {}  # noqa: S704 - our own sentence


def _gettext(message: str, **values: Any) -> Markup:
    """A sentence of ours as HTML with what belongs in it. A plain function: Jinja's own looks the translation up through
    its context, which costs more than all the rest of a short page."""
    if not values:
        return _sentence(i18n.current(), message)
    return Markup(i18n.gettext(message)) % values  # noqa: S704 - what is filled in is escaped


def _ngettext(singular: str, plural: str, number: int, **values: Any) -> Markup:
    return Markup(i18n.ngettext(singular, plural, number)) % {"num": number, **values}  # noqa: S704 - as above


def _plain_gettext(message: str, **values: Any) -> str:
    return i18n.gettext(message) % values


def _plain_ngettext(singular: str, plural: str, number: int, **values: Any) -> str:
    return i18n.ngettext(singular, plural, number) % {"num": number, **values}


def kept(macro: Callable[..., str]) -> Callable[..., Markup]:
    """A macro that is drawn once for the same arguments and language: {% set icon = kept(_icon) %}.

    Only for a macro that asks nothing but its arguments, all of them hashable. Equal arguments must look equal: one instant
    in two zones does not, so that what holds a time names its zone too.
    """

    # Typed, because a sentence that is HTML already equals the same letters that still have to be escaped.
    @lru_cache(maxsize=2048, typed=True)
    def drawn(_language: str, *args: Any, **named: Any) -> Markup:
        return Markup(macro(*args, **named))  # noqa: S704 - what a macro returns is escaped

    def show(*args: Any, **named: Any) -> Markup:
        return drawn(i18n.current(), *args, **named)

    return show


@cache
def environment() -> Environment:
    """One environment for all languages: texts are looked up while a page is rendered."""
    jinja = Environment(
        loader=FileSystemLoader(_ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    jinja.globals |= {
        "_": _gettext,
        "gettext": _gettext,
        "ngettext": _ngettext,
        "kept": kept,
        "static": static,
        "language": language,
        "current_language": i18n.current,
        "land_name": land_name,
    }
    jinja.filters |= {
        "day": i18n.format_day,
        "day_short": i18n.format_day_short,
        "date_only": i18n.format_date_only,
        "month": i18n.format_month,
        "weekday_short": i18n.format_weekday_short,
        "clock": i18n.format_time,
        "moment": i18n.format_moment,
        "deadline": i18n.format_deadline,
        "number": i18n.format_number,
    }
    jinja.globals["format_range"] = i18n.format_range
    return jinja


def render(page: Page) -> str:
    """The page as HTML in the language in use. Raises jinja2.UndefinedError when the template asks for more."""
    context = {field.name: getattr(page, field.name) for field in fields(page)}
    return render_template(page.template, context | {"page": page})


def render_template(name: str, context: Mapping[str, Any]) -> str:
    """A template that is not a page: the HTML part of a letter, the source of a PDF."""
    return environment().get_template(name).render(context)


@cache
def _plain_environment() -> Environment:
    """For the text part of letters alone: it is never read as HTML, so nothing is escaped."""
    jinja = environment().overlay(autoescape=False)
    jinja.globals = jinja.globals | {"_": _plain_gettext, "gettext": _plain_gettext, "ngettext": _plain_ngettext}
    return jinja


def module(name: str, context: Mapping[str, Any]) -> Any:
    """What a template of the text part sets, as attributes."""
    return _plain_environment().get_template(name).make_module(dict(context))


def render_text(name: str, context: Mapping[str, Any]) -> str:
    """A part of a letter: `.txt` as plain text, everything else as HTML."""
    jinja = _plain_environment() if name.endswith(".txt") else environment()
    return jinja.get_template(name).render(context)
