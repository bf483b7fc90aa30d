"""Pages become HTML here, and nowhere else.

A page is a frozen dataclass with a class attribute `template`. Its template sees the fields of the page by name, the page
itself as `page`, and the globals below; anything else is an error, not an empty place. Each page template sets `heading`,
which is the text of its `h1` and the beginning of its title.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

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
    """A part of a text page: paragraphs, pairs (label, value), a list, then links (path, label)."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    key: str = ""


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
    return environment().overlay(autoescape=False)


def module(name: str, context: Mapping[str, Any]) -> Any:
    """What a template of the text part sets, as attributes."""
    return _plain_environment().get_template(name).make_module(dict(context))


def render_text(name: str, context: Mapping[str, Any]) -> str:
    """A part of a letter: `.txt` as plain text, everything else as HTML."""
    jinja = _plain_environment() if name.endswith(".txt") else environment()
    return jinja.get_template(name).render(context)
