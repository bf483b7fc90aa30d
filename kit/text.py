"""Text at the border: what people type becomes one clean form here, before anything is stored or compared.

Also the folded forms for search and sorting, which make both databases find and order the same.
"""

import re
import unicodedata

import idna

from kit.errors import Refused
from kit.i18n import _

_BREAKS = "\n\v\f\r\x85\u2028\u2029"
# Direction controls could turn the line they stand in around; lines are isolated on display instead (`isolate`).
# Of the invisible characters only ZWJ and ZWNJ stay: Persian and Indic names are spelt with them.
_DROPPED = [
    *range(0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0x061C,
    0x200B,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    0x2060,
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    0xFFFE,
    0xFFFF,
]
_LINE = dict.fromkeys(_DROPPED) | dict.fromkeys(map(ord, _BREAKS), " ")
_MULTILINE = dict.fromkeys(_DROPPED) | dict.fromkeys(map(ord, _BREAKS), "\n")

_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

# Letters that no decomposition takes apart, and signs that keyboards replace.
_ALIKE = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
        "’": "'", "‘": "'", "ʼ": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-",
    }
)  # fmt: skip
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LONG_FORM = re.compile("([aou])e")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])")


class TextRefused(Refused):
    """A text cannot be taken. `reason` is a word for code, `limit` a number of characters where there is one."""

    status = 422

    def __init__(self, sentence: str, *, reason: str, limit: int | None = None) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.limit = limit


def line(value: str, *, max_chars: int = 200, max_bytes: int | None = None) -> str:
    """One line in NFC without controls, blanks collapsed; raises TextRefused when too long, "" when nothing shows."""
    _refuse_flood(value, max_chars)
    cleaned = unicodedata.normalize("NFC", " ".join(value.translate(_LINE).split()))
    return _checked(cleaned, max_chars, max_bytes)


def multiline(value: str, *, max_chars: int = 4000, max_bytes: int | None = None) -> str:
    """Like `line`, but line ends stay, each as one LF; blanks inside a line are kept."""
    _refuse_flood(value, max_chars)
    text = value.replace("\r\n", "\n").translate(_MULTILINE).expandtabs(4)
    cleaned = unicodedata.normalize("NFC", "\n".join(part.rstrip() for part in text.split("\n")).strip())
    return _checked(cleaned, max_chars, max_bytes)


def _refuse_flood(value: str, max_chars: int) -> None:
    # Normalising sorts combining marks in quadratic time, so the limit comes first. A letter decomposes into up to
    # four characters.
    if len(value) > 4 * max_chars + 100:
        raise _too_long(len(value), max_chars)


def _checked(text: str, max_chars: int, max_bytes: int | None) -> str:
    if len(text) > max_chars:
        raise _too_long(len(text), max_chars)
    if max_bytes is not None and len(text.encode()) > max_bytes:
        # Four bytes are the most that one character takes.
        limit = max_bytes // 4
        sentence = _("Der Text ist zu lang für diese Schrift. Bitte kürzen Sie ihn auf %(limit)s Zeichen.")
        raise TextRefused(sentence % {"limit": limit}, reason="bytes", limit=limit)
    return text if any(unicodedata.category(sign)[0] in "LNPS" for sign in text) else ""


def _too_long(count: int, limit: int) -> TextRefused:
    sentence = _("Das sind %(count)s Zeichen. Bitte kürzen Sie den Text auf höchstens %(limit)s.")
    return TextRefused(sentence % {"count": count, "limit": limit}, reason="chars", limit=limit)


def address(value: str) -> str:
    """Exactly one mail address (dot-atom of RFC 5322, domain as lower-case IDNA ASCII), otherwise TextRefused."""
    try:
        text = line(value, max_chars=320)
    except TextRefused as error:
        raise _address_too_long() from error
    _refuse_shape(text)
    local, _at, domain = text.partition("@")
    _refuse_local(local)
    result = f"{local}@{_ascii_domain(domain)}"
    if len(local) > 64 or len(result) > 254:
        raise _address_too_long()
    return result


def normalised_address(value: str) -> str:
    """The form for comparing: Name@Post.example and name@post.example are one mailbox."""
    return address(value).casefold()


def _address_too_long() -> TextRefused:
    return TextRefused(
        _("Die Adresse ist zu lang. Bitte nennen Sie eine kürzere, Beispiel: name@post.example"),
        reason="chars",
        limit=254,
    )


def _refuse_shape(text: str) -> None:
    if not text:
        raise TextRefused(_("Die E-Mail-Adresse fehlt. Beispiel: name@post.example"), reason="empty")
    if any(sign in text for sign in '<>"()'):
        sentence = _("Bitte nur die Adresse, ohne Namen, Klammern und Anführungszeichen. Beispiel: name@post.example")
        raise TextRefused(sentence, reason="display_name")
    if "," in text or ";" in text or text.count("@") > 1:
        raise TextRefused(_("Bitte nur eine Adresse. Beispiel: name@post.example"), reason="several")
    if " " in text:
        sentence = _("In der Adresse steht ein Leerzeichen. Bitte entfernen Sie es. Beispiel: name@post.example")
        raise TextRefused(sentence, reason="space")
    if "@" not in text:
        raise TextRefused(_("Das @ fehlt. Beispiel: name@post.example"), reason="at")


def _refuse_local(local: str) -> None:
    if not local:
        raise TextRefused(_("Vor dem @ fehlt der Name des Postfachs. Beispiel: name@post.example"), reason="local")
    if not local.isascii():
        sentence = _("Vor dem @ erreichen wir nur Adressen ohne Umlaute und Akzente. Bitte nennen Sie eine andere.")
        raise TextRefused(sentence, reason="international")
    for atom in local.split("."):
        if not atom:
            raise TextRefused(_("Vor dem @ steht ein Punkt zu viel. Beispiel: name@post.example"), reason="local")
        if not _ATOM.fullmatch(atom):
            sentence = _("Vor dem @ steht ein Zeichen, das dort nicht vorkommt. Beispiel: name@post.example")
            raise TextRefused(sentence, reason="local")


def _ascii_domain(domain: str) -> str:
    if "." not in domain.strip("."):
        sentence = _("Nach dem @ fehlt ein Teil, zum Beispiel „.de“. Beispiel: name@post.example")
        raise TextRefused(sentence, reason="domain")
    refusal = TextRefused(_("Den Teil nach dem @ gibt es so nicht. Beispiel: name@post.example"), reason="domain")
    try:
        # Plain names may hold shapes that IDNA forbids for its own use (r3---x); names with xn-- must be real ones.
        plain = domain.isascii() and "xn--" not in domain.lower()
        encoded = domain.lower() if plain else idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise refusal from error
    labels = encoded.split(".")
    if not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise refusal
    return encoded


def fold(value: str) -> str:
    """The form for comparing: no case, no marks (ü is u), ß is ss, blanks collapsed."""
    one_line = " ".join(value.translate(_LINE).split())
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", one_line).casefold()).translate(_ALIKE)
    bare = "".join(sign for sign in text if unicodedata.category(sign) not in ("Mn", "Me", "Cf"))
    return " ".join(unicodedata.normalize("NFKC", bare.casefold()).split())


def search_text(*values: str) -> str:
    """What a search column holds: each value folded, written out (Müller: mueller), shortened (Mueller: muller)."""
    forms: dict[str, None] = {}
    for value in values:
        plain = fold(value)
        written_out = fold(_transcribe(value))
        for form in (plain, written_out, _LONG_FORM.sub(r"\1", plain)):
            if form:
                forms[form] = None
    return "\n".join(forms)


def search_query(value: str) -> str:
    """The form in which a query is looked up in a `search_text` column; never refuses, cuts after 100 characters."""
    return fold(value[:100].translate(_LINE))


def like_pattern(value: str) -> str:
    """The folded query as a pattern `%…%` for `LIKE … ESCAPE '\\'` on both databases."""
    escaped = search_query(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def sort_key(value: str) -> str:
    """Order of DIN 5007-1: Ä with A, ß as ss. Compare by code point (`COLLATE "C"` on PostgreSQL)."""
    return fold(value)


def isolate(value: str) -> str:
    """Wraps a name for display in running text, so that its direction of writing cannot turn the sentence around."""
    return f"\u2068{value}\u2069"


def file_name(value: str, suffix: str) -> str:
    """A file name every system takes: a to z, digits and hyphens, at most 60 before the suffix, `.pdf` for example."""
    stem = re.sub(r"[^a-z0-9]+", "-", fold(_transcribe(value))).strip("-")[:60].strip("-") or "datei"
    return f"{'datei-' if _RESERVED.fullmatch(stem) else ''}{stem}{suffix}"


def _transcribe(value: str) -> str:
    return unicodedata.normalize("NFC", value).lower().translate(_TRANSCRIBED)


def direction(line: str) -> str:
    """`rtl` or `ltr` from the first strong character, as Unicode's bidirectional algorithm has it (rules P2 and P3)."""
    for letter in line:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"
