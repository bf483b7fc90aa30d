"""Atom 1.0 (RFC 4287): the only writer of feeds for feed readers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MEDIA_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. `id` is an IRI that never changes, times are aware, texts are plain."""

    id: str
    title: str
    url: str
    published: datetime
    updated: datetime
    author: str
    summary: str
    categories: Sequence[tuple[str, str]] = ()
    """Pairs of term and label."""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed. `updated` is that of its latest entry, `empty_since` where it has none."""

    id: str
    title: str
    url: str
    page: str
    language: str
    rights: str
    empty_since: datetime
    entries: Sequence[Entry]


def write(feed: Feed) -> bytes:
    """The feed as a document in UTF-8; the same facts give the same bytes."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(max((entry.updated for entry in feed.entries), default=feed.empty_since)))
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=feed.page)
    _text(root, "rights", feed.rights)
    _text(root, "generator", "Dialogwerk")
    for entry in feed.entries:
        _entry(root, entry)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(root: ET.Element, entry: Entry) -> None:
    node = ET.SubElement(root, "entry")
    _text(node, "id", entry.id)
    _text(node, "title", entry.title)
    ET.SubElement(node, "link", rel="alternate", type="text/html", href=entry.url)
    _text(node, "published", _moment(entry.published))
    _text(node, "updated", _moment(entry.updated))
    _text(ET.SubElement(node, "author"), "name", entry.author)
    for term, label in entry.categories:
        ET.SubElement(node, "category", term=term, label=label)
    _text(node, "summary", entry.summary)


def _text(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, name).text = _NOT_IN_XML.sub("", value)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
