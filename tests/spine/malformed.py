"""Malformed requests, made from the forms as the pages show them.

Each request is a real one with exactly one fault that must be refused, and up to three oddities that alone might be
let pass (unknown fields, doubled ones, strange headers). So none may change anything, whatever else it carries.
"""

import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, quote_from_bytes, quote_plus

Pairs = list[tuple[str, str]]

LONG_TEXT = "ä" * 60_000
BLANK = ("", " ", "\t\r\n", "\u00a0", "\u200b\u200b", "\0", "\u2028")
NO_ADDRESS = (
    "a", "a@", "@b.example", "a@b@c.example", "a b@c.example", "a@x.example, b@x.example", "a@x.example\r\nBcc: b@x.example",
    "Max <a@x.example>", "a@" + "x" * 300 + ".example", "a@-.example", "a@x..example", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a@x.example;b@x.example", "<a@x.example>", "a@[127.0.0.1", "mailto:a@x.example",
)  # fmt: skip
NO_NUMBER = ("-1", "1e3", "9" * 30, "1.5", "0x10", "٣", "①", "NaN", "Infinity", "1_0", "--", "½", "9" * 5000, "1 0")
A_DAY = "2027-04-01"
NO_MOMENT = (
    "2027-02-30T10:00", "2027-13-01T00:00", "0000-00-00T00:00", "2027-03-28T02:30", A_DAY, "T10:00", "now",
    "2027-04-01T25:00", "99999-01-01T00:00", "2027-04-01T10:00+99:99", "2027-W14-4T10:00", "-2027-04-01T10:00", "1e9",
    "2027-04-01T10:60", "9" * 400,
)  # fmt: skip
NO_CHOICE = ("", "nichts", "-1", "%s%s%n", "None", "[]", "' OR 1=1 --", "../../etc/passwd", "\u202e", "x" * 9000)
ODD_TEXT = (
    "\0", "a\0b", "\u202eabc", "{{7*7}}", "${7*7}", "<script>x</script>", "' OR '1'='1", "\ufeff", "\u2028", "\x1b[31m",
    "%s%s%s%n", "%00", "２０２７-04-01T10:00", "\\", "=1+1", "DW1:0", "𝕬" * 300, "a" * 3000, "e\u0301" * 50, "\u0085\u000b\u000c", "../" * 40,
)  # fmt: skip
ODD_NAMES = (
    "",
    "a[b][c]",
    "__proto__",
    "constructor",
    "x" * 2000,
    "a\0b",
    "_method",
    "id",
    "initiative_id",
    "état",
    "%",
    "[]",
)
ODD_HEADERS = (
    b"Accept-Language: qps, *;q=9, \xff", b"Accept: \xff\xfe", b"Range: bytes=9999999-1", b"Expect: 100-continue",
    b"Content-Encoding: gzip", b"X-HTTP-Method-Override: DELETE", b"X-Forwarded-For: \"><x>, ::1, 999.999.0.1",
    b"X-Forwarded-Proto: gopher", b"If-None-Match: W/\"" + b"x" * 2000 + b"\"", b"If-Modified-Since: yesterday",
    b"Upgrade: websocket", b"Upgrade: h2c", b"TE: trailers, \x80", b"X-Empty:", b"X-Long: " + b"y" * 20_000,
    b"Cookie: sprache=\"", b"Cookie: a=b; a=c; =; ;;", b"Cookie: sprache=\xff\xfe; $Version=1", b"Cookie: x=" + b"z" * 9000,
    b"User-Agent: ", b"Authorization: Basic \xff", b"Forwarded: for=x;;",
    b"Content-Disposition: form-data; name=\"x\"", b"Referer: javascript:1", b"Date: 0", b"DNT: 2" * 40,
)  # fmt: skip
METHODS = (b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"HEAD", b"PROPFIND", b"TRACE", b"MKCOL", b"post", b"XYZ")


@dataclass(frozen=True)
class Field:
    """A field as the page shows it."""

    name: str
    kind: str
    choices: tuple[str, ...] = ()


@dataclass
class Shown:
    """A form of a page: what a browser would send unchanged, and what its fields are."""

    values: Pairs = field(default_factory=list)
    fields: dict[str, Field] = field(default_factory=dict)
    plain_button: bool = False

    def pressed(self) -> Pairs:
        """What is sent with the button that has no name, where there is one."""
        if not self.plain_button:
            return self.values
        return [(name, value) for name, value in self.values if self.fields[name].kind != "button"]


class Page(HTMLParser):
    """The posted forms of a page by the path they go to."""

    def __init__(self, html: str, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: dict[str, Shown] = {}
        self._form: Shown | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            posted = values.get("method", "").lower() == "post"
            action = (values.get("action") or self.path).partition("?")[0]
            self._form = self.forms.setdefault(action, Shown()) if posted else None
        if self._form is None:
            return
        name = values.get("name", "")
        self._form.plain_button |= tag == "button" and not name
        if tag == "option" and self._select:
            self._options.append((values.get("value", ""), "selected" in values))
        elif not name:
            return
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "textarea":
            self._text = name
            self._add(Field(name, "textarea"), "")
        elif tag == "button":
            self._add(Field(name, "button"), values.get("value", ""))
        elif tag == "input":
            self._input(name, values)

    def _input(self, name: str, values: dict[str, str]) -> None:
        assert self._form is not None
        kind = values.get("type", "text")
        if kind in ("radio", "checkbox"):
            known = self._form.fields.get(name, Field(name, kind)).choices
            self._form.fields[name] = Field(name, kind, (*known, values.get("value", "on")))
            if "checked" in values:
                self._form.values.append((name, values.get("value", "on")))
        elif kind not in ("submit", "button", "image", "file"):
            self._add(Field(name, kind), values.get("value", ""))

    def _add(self, found: Field, value: str) -> None:
        assert self._form is not None
        # Of several buttons of one name only one is pressed.
        if found.kind == "button" and found.name in self._form.fields:
            return
        self._form.fields[found.name] = found
        self._form.values.append((found.name, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._text = ""
        elif tag == "select" and self._form is not None and self._select:
            chosen = [value for value, selected in self._options if selected] or [self._options[0][0]]
            self._form.fields[self._select] = Field(
                self._select, "select", tuple(value for value, _selected in self._options)
            )
            self._form.values += [(self._select, value) for value in chosen]
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text and self._form is not None:
            name, value = self._form.values[-1]
            self._form.values[-1] = (name, value + data)


@dataclass(frozen=True)
class Target:
    """An address that takes a form, with the form as somebody who may send it would, and the cookie of that person.

    `needed`: fields without which nothing may happen.
    """

    address: str
    path: str
    form: Shown
    needed: tuple[str, ...]
    cookie: str


@dataclass(frozen=True)
class Broken:
    """A request as bytes. `cut`: it has no clear end, so there may be no answer."""

    what: str
    method: str
    raw: bytes
    cut: bool = False


def urlencoded(pairs: Pairs) -> bytes:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()


def multipart(pairs: Pairs, boundary: bytes, *, end: bool = True) -> bytes:
    body = b""
    for name, value in pairs:
        shown = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A").encode()
        body += b"--" + boundary + b'\r\nContent-Disposition: form-data; name="' + shown + b'"\r\n\r\n'
        body += value.encode() + b"\r\n"
    return body + (b"--" + boundary + b"--\r\n" if end else b"")


@dataclass
class Draft:
    """A request while faults are put into it."""

    method: bytes
    path: bytes
    host: bytes
    cookie: str
    pairs: Pairs = field(default_factory=list)
    body: bytes | None = None
    kind: bytes = b"application/x-www-form-urlencoded"
    headers: list[bytes] = field(default_factory=list)
    length: bool = True
    cut: int | None = None

    def sealed(self) -> bytes:
        body = self.body if self.body is not None else urlencoded(self.pairs)
        head = [self.method + b" " + self.path + b" HTTP/1.1", b"Host: " + self.host, b"Connection: close"]
        if self.cookie:
            head.append(b"Cookie: " + self.cookie.encode("latin-1"))
        if self.method != b"GET":
            if self.kind:
                head.append(b"Content-Type: " + self.kind)
            if self.length:
                head.append(b"Content-Length: " + str(len(body)).encode())
        raw = b"\r\n".join([*head, *self.headers]) + b"\r\n\r\n" + (body if self.method != b"GET" else b"")
        return raw if self.cut is None else raw[: -self.cut]


class Grammar:
    """Draws malformed requests. The same seed draws the same ones."""

    def __init__(self, seed: int, host: str, targets: list[Target], reads: list[tuple[str, str, str]]) -> None:
        """`reads`: address, path and cookie of what is read."""
        self.chance = random.Random(seed)
        self.host = host.encode()
        self.targets = targets
        self.reads = reads

    def one(self) -> Broken:
        return self._read() if self.chance.random() < 0.25 else self._send(self.chance.choice(self.targets))

    def whole(self, target: Target) -> Broken:
        """The request without any fault."""
        draft = self._draft(target)
        return Broken(f"whole {target.address}", "POST", draft.sealed())

    # --- reading ---

    def _read(self) -> Broken:
        address, path, cookie = self.chance.choice(self.reads)
        draft = Draft(b"GET", path.encode(), self.host, cookie)
        faults: list[Callable[[Draft], str]] = [self._other_path, self._host, self._line]
        if not path.endswith(".pdf"):
            # An answer that is the same whatever the query says would only measure how fast a ticket is drawn.
            faults += [self._query] * 4
        what = self.chance.choice(faults)(draft)
        self._dress(draft)
        return Broken(f"GET {address}: {what}", draft.method.decode("latin-1"), draft.sealed())

    def _query(self, draft: Draft) -> str:
        names = [
            "q",
            "land",
            "region",
            "von",
            "bis",
            "format",
            "sprache",
            "seite",
            "ansicht",
            "frei",
            "weiter",
            "zustand",
        ]
        odd = (*ODD_TEXT, *NO_NUMBER, *NO_MOMENT, *NO_CHOICE)
        parts = []
        for _number in range(self.chance.randint(1, 6)):
            name = self.chance.choice([*names, *ODD_NAMES])
            raw = self.chance.random() < 0.2
            value = (
                self.chance.choice((b"%ff%fe", b"%ed%a0%80", b"%", b"%u20ac", b"+%2", b"&&=", b"%c0%af"))
                if raw
                else b""
            )
            parts.append(quote(name).encode() + b"=" + (value or quote(self.chance.choice(odd)).encode()))
        draft.path += b"?" + b"&".join(parts)[:30_000]
        return "query"

    # --- sending ---

    def _draft(self, target: Target) -> Draft:
        return Draft(b"POST", target.path.encode(), self.host, target.cookie, pairs=list(target.form.values))

    def _send(self, target: Target) -> Broken:
        draft = self._draft(target)
        faults: list[Callable[[Draft], str]] = [
            self._other_path, self._other_kind, self._other_kind, self._bytes, self._bytes, self._size, self._multipart,
            self._multipart, self._origin, self._host, self._method, self._cut, self._framing, self._line,
        ]  # fmt: skip
        fields = [found for found in target.form.fields.values() if self._breakable(found)]
        if fields:
            faults += [lambda found: self._field(found, self.chance.choice(fields))] * 12
        if target.needed:
            faults += [lambda found: self._missing(found, target.needed)] * 5
        if target.cookie:
            faults.append(self._session)
        fault = self.chance.choice(faults)
        self._doubled(draft)
        what = fault(draft)
        self._dress(draft)
        endless = what.startswith(("cut off", "framing", "too large"))
        return Broken(f"POST {target.address}: {what}", draft.method.decode("latin-1"), draft.sealed(), cut=endless)

    def _doubled(self, draft: Draft) -> None:
        """Oddities of the form that come before the fault."""
        while self.chance.random() < 0.3:
            draft.pairs.append((self.chance.choice(ODD_NAMES), self.chance.choice(ODD_TEXT)))
        if draft.pairs and self.chance.random() < 0.15:
            draft.pairs.append(self.chance.choice(draft.pairs))
        if self.chance.random() < 0.1:
            self.chance.shuffle(draft.pairs)

    def _dress(self, draft: Draft) -> None:
        """Oddities around the request."""
        while self.chance.random() < 0.35:
            draft.headers.append(self.chance.choice(ODD_HEADERS))

    @staticmethod
    def _breakable(found: Field) -> bool:
        return found.kind in (
            "email",
            "number",
            "datetime-local",
            "date",
            "time",
            "radio",
            "select",
            "textarea",
            "text",
        )

    def _field(self, draft: Draft, found: Field) -> str:
        """One value that nobody can have typed or chosen; every value of this name, so that none is left to take."""
        values: tuple[str, ...]
        if found.kind == "email" or found.name == "email":
            values = NO_ADDRESS
        elif found.kind == "number":
            values = NO_NUMBER
        elif found.kind == "date":
            values = tuple(value for value in NO_MOMENT if value != A_DAY)
        elif found.kind in ("datetime-local", "time"):
            values = NO_MOMENT
        elif found.kind in ("radio", "select"):
            values = tuple(value for value in NO_CHOICE if value not in found.choices)
        else:
            values = (LONG_TEXT,)
        wrong = self.chance.choice(values)
        draft.pairs = [pair for pair in draft.pairs if pair[0] != found.name] + [(found.name, wrong)]
        return f"{found.name}={wrong[:60]!r}"

    def _missing(self, draft: Draft, needed: tuple[str, ...]) -> str:
        name = self.chance.choice(needed)
        way = self.chance.randrange(6)
        rest = [pair for pair in draft.pairs if pair[0] != name]
        if way < 2:
            draft.pairs = rest
            return f"{name} missing"
        if way == 2:
            blank = self.chance.choice(BLANK)
            draft.pairs = [*rest, (name, blank)]
            return f"{name} blank {blank!r}"
        values = dict(draft.pairs)
        if way == 3:
            draft.pairs = [*rest, (f"{name}[0][a]", values.get(name, "x"))]
            return f"{name} in brackets"
        if way == 4:
            draft.body = json.dumps(values).encode()
            return "JSON under the name of a form"
        draft.body = "&".join(f"{key}={value}" for key, value in values.items()).encode("utf-16", "replace")
        return "UTF-16"

    def _other_kind(self, draft: Draft) -> str:
        draft.kind = self.chance.choice(
            (
                b"application/json", b"text/plain", b"application/octet-stream", b"application/xml", b"\xff/\xfe", b"x",
                b"multipart/mixed; boundary=a", b"application/x-www-form-urlencoded2", b"", b"text/html; charset=utf-7",
                b"application/x-www-form-urlencoded, application/json", b"multipart/form-data, text/plain",
            )
        )  # fmt: skip
        draft.body = (
            json.dumps(dict(draft.pairs)).encode() if b"json" in draft.kind else urlencoded(draft.pairs) or b"a=b"
        )
        return f"content type {draft.kind!r}"

    def _bytes(self, draft: Draft) -> str:
        wrong = self.chance.choice(
            (
                b"\xff",
                b"\xed\xa0\x80",
                b"\xed\xa0\xbd\xed\xb8\x80",
                b"\xc0\xaf",
                b"M\xfcller",
                b"\xe2\x82",
                b"\xf5\x80\x80\x80",
            )
        )
        if self.chance.random() < 0.5:
            wrong = quote_from_bytes(wrong).encode()
        names = [name for name, _value in draft.pairs] or ["x"]
        extra = quote_plus(self.chance.choice(names)).encode() + b"=" + wrong
        if self.chance.random() < 0.2:
            extra = wrong + b"=x"
        draft.body = b"&".join(part for part in self._shuffled([urlencoded(draft.pairs), extra]) if part)
        if self.chance.random() < 0.3:
            draft.kind += self.chance.choice((b"; charset=latin-1", b"; charset=utf-16", b";;;=", b"; charset=\xff"))
        return f"bytes {wrong!r}"

    def _shuffled(self, parts: list[bytes]) -> list[bytes]:
        self.chance.shuffle(parts)
        return parts

    def _size(self, draft: Draft) -> str:
        way = self.chance.randrange(12)
        if way == 0:
            draft.pairs.append(("x", "y" * 1_000_001))
            return "too large"
        if way == 1:
            draft.length = False
            draft.body = b"100001\r\n" + b"a" * 0x100001 + b"\r\n0\r\n\r\n"
            draft.headers.append(b"Transfer-Encoding: chunked")
            return "too large in chunks"
        if way == 2:
            draft.pairs = [("x", "y" * 1_010_000), *draft.pairs]
            draft.kind, draft.body = b"multipart/form-data; boundary=b", multipart(draft.pairs, b"b")
            return "too large in parts"
        draft.pairs += [
            (self.chance.choice(("x", "a[]", "")), str(number)) for number in range(self.chance.choice((401, 1500)))
        ]
        return "too many fields"

    def _multipart(self, draft: Draft) -> str:
        pairs = draft.pairs or [("x", "y")]
        way = self.chance.randrange(10)
        draft.kind = b"multipart/form-data; boundary=b"
        whole = multipart(pairs, b"b")
        if way == 0:
            draft.kind, what = b"multipart/form-data", "no boundary"
        elif way == 1:
            draft.kind, what = b"multipart/form-data; boundary=", "empty boundary"
        elif way == 2:
            draft.kind, what = b"multipart/form-data; boundary=\xff\"'", "odd boundary"
        elif way == 3:
            whole = b'--b\r\nContent-Disposition: form-data; name="x"; filename="../a.exe"\r\n\r\nMZ\r\n' + whole
            what = "a file"
        elif way == 4:
            whole, what = multipart(pairs, b"b", end=False), "no end"
        elif way == 5:
            whole, what = b"--b\r\nX: " + b"y" * 200_000 + b"\r\n\r\n" + whole, "long header"
        elif way == 6:
            whole, what = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + whole, "part without a name"
        elif way == 7:
            whole, what = whole.replace(b"\r\n", b"\n"), "bare newlines"
        elif way == 8:
            charset = self.chance.choice(
                (b"utf-7", b"utf-16", b"unicode_escape", b"zlib", b"idna", b"latin-1", b"\xff")
            )
            draft.kind, what = draft.kind + b"; charset=" + charset, f"charset {charset!r}"
            whole = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n+2AA-\\ud800\r\n' + whole
        else:
            whole, what = b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xfe\r\n' + whole, "bytes"
        draft.body = whole
        return f"multipart, {what}"

    def _origin(self, draft: Draft) -> str:
        wrong = self.chance.choice(
            (
                b"Sec-Fetch-Site: cross-site", b"Sec-Fetch-Site: same-site", b"Sec-Fetch-Site: \xff", b"Origin: null",
                b"Origin: https://fremd.example", b"Origin: http://" + self.host + b".fremd.example", b"Origin: \xff",
                b"Origin: http://fremd@" + self.host, b"Origin: file://",
            )
        )  # fmt: skip
        draft.headers = [wrong]
        return wrong.decode("latin-1")

    def _host(self, draft: Draft) -> str:
        draft.host = self.chance.choice(
            (b"fremd.example", b"", b"localhost:x", b"[::1", b"a" * 5000, b"127.0.0.1.fremd.example", b"\xff", b"127.0.0.1:-1", b"a b", b"127.0.0.1@x:80")
        )  # fmt: skip
        return f"host {draft.host[:40]!r}"

    def _method(self, draft: Draft) -> str:
        draft.method = self.chance.choice(METHODS)
        return f"method {draft.method!r}"

    def _session(self, draft: Draft) -> str:
        name, _equals, value = draft.cookie.partition("=")
        draft.cookie = self.chance.choice(
            (
                "", f"{name}=", f"{name}={value[:-1]}", f"{name}={value.swapcase()}", f"{name}={value}x", f"{name}=\xff\xfe",
                f"{name}={value[::-1]}", f"{name}={'x' * 9000}", f"{name}[0]={value}", f"{name}=\"{value}", f"{name}=%00",
                f"{name}=' OR 1=1", f"X-{name}={value}",
            )
        )  # fmt: skip
        return f"session {draft.cookie[:40]!r}"

    def _other_path(self, draft: Draft) -> str:
        parts = draft.path.split(b"/")
        places = [place for place, part in enumerate(parts) if len(part) >= 10] or [len(parts) - 1]
        place = self.chance.choice(places)
        old = parts[place]
        letters = string.ascii_lowercase.encode()
        drawn = bytes(self.chance.choice(letters) for _letter in range(len(old) or 5))
        parts[place] = self.chance.choice(
            (
                old + b"%00", old + b"%0a", b"%ff" + old, b"%ed%a0%80", old + b"x", drawn, b"zz" + old[::-1], b"%252e%252e", b"..",
                b"%2e%2e%2f" + old + b"y", b"x" * 9000, b"%", b"%zz", "\u202eüß".encode(), b"%F0%9F%92%A9", old + b"%20",
                b"'%20OR%201=1", b"{token}", b"-1", b"0", old + b";a=b", old + b"\\x", b"None", b"%c0%ae%c0%ae",
            )
        )  # fmt: skip
        draft.path = b"/".join(parts)
        return f"path …{parts[place][:60]!r}"

    def _line(self, draft: Draft) -> str:
        way = self.chance.randrange(6)
        if way == 0:
            draft.path += b" \xff"
        elif way == 1:
            draft.path = b"http://fremd.example" + draft.path + b"/zz"
            draft.host = b"fremd.example"
        elif way == 2:
            draft.method += b"\0"
        elif way == 3:
            draft.headers.append(b"No colon here")
        elif way == 4:
            draft.headers.append(b"Bad name\x01: x")
        else:
            draft.path = b"zz" + draft.path
        return f"line of request, {way}"

    def _framing(self, draft: Draft) -> str:
        way = self.chance.randrange(7)
        draft.length = False
        body = urlencoded(draft.pairs) or b"a=b"
        length = str(len(body)).encode()
        if way == 0:
            draft.headers, draft.body = [b"Content-Length: -1"], body
        elif way == 1:
            draft.headers, draft.body = [b"Content-Length: " + b"9" * 40], body
        elif way == 2:
            draft.headers, draft.body = [b"Content-Length: " + length, b"Content-Length: 1"], body
        elif way == 3:
            draft.headers = [b"Transfer-Encoding: chunked", b"Content-Length: " + length]
            draft.body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        elif way == 4:
            draft.headers, draft.body = [b"Transfer-Encoding: chunked"], b"zz\r\n" + body
        elif way == 5:
            draft.headers, draft.body = [b"Transfer-Encoding: chunked"], b"f" * 30 + b"\r\n" + body
        else:
            draft.headers, draft.body = [b"Transfer-Encoding: \x0bchunked, identity"], body
        return f"framing, {way}"

    def _cut(self, draft: Draft) -> str:
        body = urlencoded(draft.pairs) or b"a=b"
        if self.chance.random() < 0.5:
            draft.body, draft.length = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), False
            draft.headers.append(b"Transfer-Encoding: chunked")
        else:
            draft.body = body
        whole = len(draft.body or b"")
        # Of a body in chunks the end alone tells that it is whole.
        draft.cut = self.chance.randint(1, whole)
        return "cut off"
