"""Pages become HTML here, and nowhere else.

A page is a frozen dataclass with a class attribute `template`. Its template sees the fields of the page by name, the page
itself as `page`, and the globals below; anything else is an error, not an empty place. Each page template sets `heading`,
which is the text of its `h1` and the beginning of its title.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

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


def _gettext(message: str, **values: Any) -> Markup:
    """A sentence of ours as HTML with what belongs in it. A plain function: Jinja's own looks the translation up through
    its context, which costs more than all the rest of a short page."""
    return Markup(i18n.gettext(message)) % values  # noqa: S704 - what is filled in is escaped


def _ngettext(singular: str, plural: str, number: int, **values: Any) -> Markup:
    return Markup(i18n.ngettext(singular, plural, number)) % {"num": number, **values}  # noqa: S704 - as above


def _plain_gettext(message: str, **values: Any) -> str:
    return i18n.gettext(message) % values


def _plain_ngettext(singular: str, plural: str, number: int, **values: Any) -> str:
    return i18n.ngettext(singular, plural, number) % {"num": number, **values}


def kept(macro: Callable[..., str]) -> Callable[..., Markup]:
    """A macro that is drawn once for the same arguments: {% set icon = kept(_icon) %}. Each language has its own macros.

    Only for a macro that asks nothing but its arguments, all of them hashable. Equal arguments must look equal: one instant
    in two zones does not, so that what holds a time names its zone too.
    """

    # Typed, because a sentence that is HTML already equals the same letters that still have to be escaped.
    @lru_cache(maxsize=2048, typed=True)
    def drawn(*args: Any, **named: Any) -> Markup:
        return Markup(macro(*args, **named))  # noqa: S704 - what a macro returns is escaped

    return drawn


class _Context(Context):
    """Calls what a template calls. No function of ours asks for the context, so that nobody has to find out."""

    def call(self, called: Any, /, *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **named: Any) -> Any:
        return called(*args, **named)


class _Template(Template):
    """What a template imports sees the globals and nothing else: one module for all pages."""

    def _get_default_module(self, _context: Context | None = None) -> Any:
        return super()._get_default_module()


class _Loader(FileSystemLoader):
    """Two threads that ask for the same template at once get one."""

    def __init__(self) -> None:
        super().__init__(_ROOT / "templates")
        self._turn = threading.Lock()
        self._loaded: dict[str, Template] = {}

    def load(self, environment: Environment, name: str, globals: Any = None) -> Template:  # noqa: A002 - Jinja's
        with self._turn:
            if name not in self._loaded:
                self._loaded[name] = super().load(environment, name, globals)
            return self._loaded[name]


# What gives the same in one language always: written into the page when the template is compiled.
_CONSTANT = ("_", "gettext", "static", "language", "current_language", "land_name")


class _Settle(NodeTransformer):
    """Puts the result where a template calls one of these with what never changes."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - named after the node
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in _CONSTANT:
            return node
        if (
            node.kwargs
            or node.dyn_args
            or node.dyn_kwargs
            or not all(isinstance(arg, nodes.Const) for arg in node.args)
        ):
            return node
        value = self._known[node.node.name](*(arg.as_const() for arg in node.args))
        return nodes.Const(value, lineno=node.lineno, environment=node.environment)


class _Environment(Environment):
    """The templates in one language: a sentence that never changes is text, and costs a page nothing."""

    context_class = _Context
    template_class = _Template
    code: str

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        with i18n.use(self.code):
            return super()._generate(_Settle(self.globals).visit(source), name, filename, defer_init)


@cache
def _environment(code: str, autoescape: bool) -> Environment:
    jinja = _Environment(
        loader=_Loader(),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        # All of them stay, and none has to be put in the order of use.
        cache_size=-1,
        extensions=["jinja2.ext.i18n"],
    )
    jinja.code = code
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    say, count = (_gettext, _ngettext) if autoescape else (_plain_gettext, _plain_ngettext)
    jinja.globals |= {
        "_": say,
        "gettext": say,
        "ngettext": count,
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


def environment() -> Environment:
    """The templates in the language in use."""
    return _environment(i18n.current(), True)


def prepare(names: Iterable[str]) -> None:
    """Compiles templates in the language in use before somebody asks for them."""
    for name in names:
        environment().get_template(name)


def render(page: Page) -> str:
    """The page as HTML in the language in use. Raises jinja2.UndefinedError when the template asks for more."""
    context = {field.name: getattr(page, field.name) for field in fields(page)}
    return render_template(page.template, context | {"page": page})


class Stencils:
    """Pages that are alike for everybody but for a few values: drawn once with marks in their places, then filled in.

    Whatever shows in a page must stand in its key, times as on the wall: an instant equals itself in another zone.
    """

    MOST = 64

    def __init__(self) -> None:
        self._cut: OrderedDict[Any, list[str]] = OrderedDict()

    def fill(self, key: Any, values: Mapping[str, str], page: Callable[[], Page]) -> str:
        """The page with these values, by mark; `page` makes it with the marks."""
        key = i18n.current(), key
        pieces = self._cut.get(key)
        if pieces is None:
            drawn = render(page())
            pieces = re.split(f"({'|'.join(map(re.escape, values))})", drawn)
            self._cut[key] = pieces
            while len(self._cut) > self.MOST:
                self._cut.popitem(last=False)
        return "".join([escape(values[piece]) if piece in values else piece for piece in pieces])


def render_template(name: str, context: Mapping[str, Any]) -> str:
    """A template that is not a page: the HTML part of a letter, the source of a PDF."""
    return environment().get_template(name).render(context)


def _plain_environment() -> Environment:
    """For the text part of letters alone: it is never read as HTML, so nothing is escaped."""
    return _environment(i18n.current(), False)


def module(name: str, context: Mapping[str, Any]) -> Any:
    """What a template of the text part sets, as attributes."""
    return _plain_environment().get_template(name).make_module(dict(context))


def render_text(name: str, context: Mapping[str, Any]) -> str:
    """A part of a letter: `.txt` as plain text, everything else as HTML."""
    jinja = _plain_environment() if name.endswith(".txt") else environment()
    return jinja.get_template(name).render(context)
