"""The checks of `make check` that are our own: they find what they are for, and the tree passes them."""

import json
from pathlib import Path

import pytest

from tools import check_catalogs, check_locks

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
PYTHON = 'a = _("Hallo %(name)s")\nb = ngettext("%(num)d Platz", "%(num)d Plätze", n)\n'
GOOD = (
    'msgid "Hallo %(name)s"\nmsgstr "Hello %(name)s"\n\n'
    'msgid "%(num)d Platz"\nmsgid_plural "%(num)d Plätze"\nmsgstr[0] "One place"\nmsgstr[1] "%(num)d places"\n\n'
    'msgid "Guten Tag %(name)s"\nmsgstr "Good day %(name)s"\n'
)


def tree(root: Path, catalogue: str, template: str = "{% trans name=x %}Guten Tag {{ name }}{% endtrans %}") -> Path:
    for folder in ("room", "templates", "locales/en"):
        (root / folder).mkdir(parents=True)
    (root / "room" / "a.py").write_text(PYTHON)
    (root / "templates" / "a.html").write_text(template)
    (root / "locales" / "en" / "room.po").write_text(HEAD + catalogue)
    return root


def test_a_whole_catalogue_passes(tmp_path: Path) -> None:
    assert check_catalogs.findings(tree(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgid "Hallo', 'msgid "Servus', "room/a.py:1: no English for 'Hallo %(name)s'"),
        ("Good day %(name)s", "", "room.po: is not translated: 'Guten Tag %(name)s'"),
        ("Hello %(name)s", "Hello %(nme)s", "room.po: has other placeholders: 'Hallo %(name)s'"),
        ("%(num)d places", "places", "room.po: has other placeholders: '%(num)d Platz'"),
    ],
)
def test_a_fault_is_found(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert [line for line in check_catalogs.findings(tree(tmp_path, GOOD.replace(old, new))) if line == fault] == [
        fault
    ]


def test_a_leftover_is_found(tmp_path: Path) -> None:
    catalogue = GOOD + '\nmsgid "Weg"\nmsgstr "Gone"\n'
    assert check_catalogs.findings(tree(tmp_path, catalogue)) == ["room.po: nothing says any more: 'Weg'"]


def test_labels_in_tables_and_words_of_letters_count(tmp_path: Path) -> None:
    root = tree(tmp_path, GOOD)
    (root / "room" / "b.py").write_text('LABELS = {1: N_("Eins")}\nfield = Field(_l("Zwei"))\n')
    (root / "templates" / "a.words").write_text('{{ say(_("Drei")) }}')
    assert check_catalogs.findings(root) == [
        "room/b.py:1: no English for 'Eins'",
        "room/b.py:2: no English for 'Zwei'",
        "templates/a.words:1: no English for 'Drei'",
    ]


def test_german_and_english_agree() -> None:
    assert check_catalogs.findings() == []


def test_locks_name_no_address_and_have_hashes(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text(
        "--index-url https://registry.example\na==1 \\\n    --hash=sha256:0\nb[c]==2\n"
    )
    entry = {"integrity": "sha512-0", "resolved": "https://registry.example/d"}
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": {"": {}, "d": entry, "e": {}}}, indent=1))
    assert check_locks.findings(tmp_path) == [
        "requirements.lock: an address in line 1",
        "requirements.lock: b[c] has no hash",
        "package-lock.json: an address in line 6",
        "package-lock.json: e has no hash",
    ]


def test_tidying_takes_the_addresses_for_donations(tmp_path: Path) -> None:
    entry = {"integrity": "sha512-0", "funding": {"url": "https://money.example"}}
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": {"": {}, "d": entry}}, indent=1))
    check_locks.tidy(tmp_path)
    assert json.loads((tmp_path / "package-lock.json").read_text()) == {
        "packages": {"": {}, "d": {"integrity": "sha512-0"}}
    }


def test_the_locks_are_clean() -> None:
    assert check_locks.findings() == []
