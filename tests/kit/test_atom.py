"""The writer of feeds."""

from datetime import UTC, datetime, timedelta, timezone

from lxml import etree

from kit import atom

AT = datetime(2027, 1, 10, 13, 0, tzinfo=timezone(timedelta(hours=1)))
NAMES = {"a": "http://www.w3.org/2005/Atom"}


def test_signs_that_xml_forbids_leave_and_all_others_stay() -> None:
    hostile = "<b>&\"' ]]> \x00\x0b\ud800\ufffe Ü 𝔊\tEnde"
    entry = atom.Entry(
        id="tag:post.example,2000:x",
        title=hostile,
        url="https://post.example/x?a=1&b=2",
        published=AT,
        updated=AT,
        author=hostile,
        summary=hostile,
        categories=(("F5", "Ü & Ö"),),
    )
    feed = atom.Feed(
        id="https://post.example/",
        title=hostile,
        url="https://post.example/",
        page="https://post.example/",
        language="de",
        rights="",
        empty_since=datetime(2000, 1, 1, tzinfo=UTC),
        entries=[entry],
    )
    root = etree.fromstring(atom.write(feed))
    said = root.xpath("//a:title | //a:name | //a:summary", namespaces=NAMES)
    assert {node.text for node in said} == {"<b>&\"' ]]>  Ü 𝔊\tEnde"}
    assert root.xpath("a:entry/a:link/@href", namespaces=NAMES) == ["https://post.example/x?a=1&b=2"]
    assert root.findtext("a:updated", "", NAMES) == "2027-01-10T12:00:00Z"
