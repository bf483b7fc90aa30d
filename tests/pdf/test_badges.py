"""Badge sheets, read back from the paper."""

import re
import subprocess
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from statistics import median_low

import pikepdf
import pytest
from PIL import ImageChops, ImageStat

from badges.fit import Misfit, Part, Reason, script_name, scripts
from badges.sheet import BadgeFacts, Role, Size, role_word, sheet_pdf
from kit import i18n
from kit.pdf import missing_characters
from kit.pdf.fit import Fitted, fit, shorten, wrap
from kit.pdf.merge import merge
from kit.pdf.pages import sign
from registration.checkin_code import encode, signing_key
from tests.pdf.reading import codes, logo, pictures, texts

KEY = signing_key(b"a secret of the installation")
ADA = BadgeFacts(
    given="Ada",
    family="Muster-Lindner",
    organisation="Düsseldorf",
    role=Role.GUEST,
    code=None,
    no_photo=False,
    dialogue="Nacht der offenen Werke · 7. Oktober 2027",
    offer="Tour 1 · Bus 1",
    initiative="Rheinbogen e. V. (fiktiv)",
    logo=logo(),
)


def code(number: int) -> str:
    return encode(number.to_bytes(10), KEY)


def words(data: bytes) -> list[str]:
    return " ".join(" ".join(texts(data)).split()).split(" ")


def test_thirty_badges_are_read_back(tmp_path: Path) -> None:
    roles = list(Role)
    badges = [replace(ADA, code=code(n), role=roles[n % 4], no_photo=n % 3 == 0) for n in range(30)]
    data, misfits = sheet_pdf(badges)
    assert misfits == []
    assert len(pictures(data, 20)) == 3
    assert codes(data) == sorted(code(n) for n in range(30))
    path = tmp_path / "sheet.pdf"
    path.write_bytes(data)
    checked = subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True, text=True)
    assert "WARNING" not in checked.stdout + checked.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_badges_are_read_back() -> None:
    """Every code of a hundred sheets, as a scanner sees the paper; made in parts as a file is, and put together."""
    roles = list(Role)
    parts = []
    for first in range(0, 1000, 250):
        some = [
            replace(ADA, given=f"Ada{n}", code=code(n), role=roles[n % 4], no_photo=n % 7 == 0)
            for n in range(first, first + 250)
        ]
        data, misfits = sheet_pdf(some)
        assert misfits == []
        parts.append(data)
    assert codes(merge(parts)) == sorted(code(n) for n in range(1000))


def test_the_eleventh_badge_starts_a_page_and_a_badge_may_have_no_code() -> None:
    data, _ = sheet_pdf([replace(ADA, given=f"Ada{n}") for n in range(11)])
    assert [[f"Ada{n}" in page.split() for n in (0, 9, 10)] for page in texts(data)] == [
        [True, True, False],
        [False, False, True],
    ]
    assert codes(data) == []


@pytest.mark.parametrize("size", Size)
def test_both_ways_print_the_same_picture(size: Size) -> None:
    names = [
        ("Ada", "Muster-Lindner"),
        ("محمد", "المثال"),
        ("Nguyễn Thị", "Muster-Phượng"),
        ("Prof. Dr. Annegret", "Beispiel-von der Wettern"),
    ]
    badges = [replace(ADA, given=given, family=family, code=code(n)) for n, (given, family) in enumerate(names)]
    first, second = (sheet_pdf(badges, size=size, way=way) for way in ("pango", "html"))
    assert first[1] == second[1] == []
    assert sorted(words(first[0])) == sorted(words(second[0]))
    for one, other in zip(pictures(first[0], 100), pictures(second[0], 100), strict=True):
        difference = ImageChops.difference(one.convert("L"), other.convert("L"))
        assert ImageStat.Stat(difference).mean[0] < 0.3
    assert codes(first[0]) == codes(second[0]) == sorted(code(n) for n in range(4))


@pytest.mark.parametrize(
    ("size", "pages", "paper", "initiative"),
    [(Size.TEN, 1, (210, 297), 0), (Size.FOUR, 2, (210, 297), 5), (Size.ONE, 5, (105, 148), 5)],
)
def test_sizes(size: Size, pages: int, paper: tuple[int, int], initiative: int) -> None:
    badges = [replace(ADA, code=code(n), role=role, no_photo=True) for n, role in enumerate([*Role, Role.GUEST])]
    data, misfits = sheet_pdf(badges, size=size)
    assert misfits == []
    shown = pictures(data, 254)
    assert [(round(one.width / 10), round(one.height / 10)) for one in shown] == [paper] * pages
    assert codes(data) == sorted(code(n) for n in range(5))
    found = " ".join(words(data))
    assert [found.count(word) for word in ("Tour 1 · Bus 1", "Bitte kein Foto", "Rheinbogen")] == [5, 5, initiative]


def luminance(value: int) -> float:
    """The relative luminance of a grey of 0 to 255, as WCAG counts it."""
    part = value / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: int, other: int) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_roles_are_told_apart_in_grey_print() -> None:
    """A printer without colours: each role keeps its word, its sign, and a band of its own lightness."""
    assert len({role_word(role) for role in Role}) == len({sign(role.value) for role in Role}) == len(Role)
    data, _misfits = sheet_pdf([replace(ADA, role=role) for role in Role])
    (grey,) = [picture.convert("L") for picture in pictures(data, 254)]
    bands = []
    for number in range(len(Role)):
        # Ten points a millimetre; the band is the foot of the badge, below the line that moderation has there.
        left, top = 150 + 900 * (number % 2), 110 + 550 * (number // 2)
        band = grey.crop((left + 20, top + 480, left + 880, top + 540))
        ground = median_low(band.tobytes())
        bands.append(ground)
        assert max(contrast(ground, point) for point in band.getextrema()) >= 4.5
    bands.sort()
    assert min(lighter - darker for darker, lighter in pairwise(bands)) >= 15, bands


def test_parts_put_together_are_one_document_with_all_tags() -> None:
    parts = [sheet_pdf([replace(ADA, given=f"Ada{n}", code=code(n)) for n in some])[0] for some in ((1,), (2, 3))]
    whole = merge([*parts, parts[0]])
    assert [re.findall(r"Ada\d", page) for page in texts(whole)] == [["Ada1"], ["Ada2", "Ada3"], ["Ada1"]]
    assert codes(whole) == sorted([code(1), code(1), code(2), code(3)])
    with pikepdf.open(BytesIO(whole)) as document:
        tree = document.Root.StructTreeRoot
        numbers = list(tree.ParentTree.Nums)
        of_page = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
        assert [int(page.StructParents) for page in document.pages] == sorted(of_page) == [0, 1, 2]
        # Each page's tags name that page, and the way up from them ends at the one document.
        for page in document.pages:
            (figure,) = of_page[int(page.StructParents)]
            assert figure.Pg.objgen == page.objgen
            while "/P" in figure and figure.P.get("/S") is not None:
                figure = figure.P
            assert (str(figure.S), figure.P.objgen) == ("/Document", tree.objgen)
        assert len(tree.K) == 1


def test_names_are_shown_literally() -> None:
    given, family, organisation = "<b>Ada</b>", "&lt;Muster&gt;", '=HYPERLINK("x")'
    data, misfits = sheet_pdf([replace(ADA, given=given, family=family, organisation=organisation)])
    assert misfits == []
    found = " ".join(words(data))
    assert [part in found for part in (given, family, organisation)] == [True, True, True]


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("محمد", "المثال"),
        ("Nguyễn Thị", "Muster-Phượng"),
        ("Άννα", "Παράδειγμα"),
        ("Żaneta", "Пример"),
        ("देव", "उदाहरण"),
    ],
)
def test_scripts_with_a_font_fit(given: str, family: str) -> None:
    assert sheet_pdf([replace(ADA, given=given, family=family)])[1] == []


def test_a_script_without_font_is_named_and_not_dropped() -> None:
    data, misfits = sheet_pdf([ADA, replace(ADA, given="𓀀𓀁", family="Muster")])
    assert misfits == [Misfit(1, "𓀀𓀁 Muster", Part.NAME, Reason.NO_FONT, ("UNKNOWN",))]
    assert misfits[0].sentence() == (
        "Für diese Schrift fehlt hier eine Schriftart: Sonderzeichen. Das Schild zeigt leere Kästchen."
    )
    assert words(data).count("Muster") == 1


def test_chinese_is_printed_or_named() -> None:
    missing = missing_characters(["王小明", "Ada", ""])
    _, misfits = sheet_pdf([replace(ADA, given="王", family="小明")])
    expected = [Misfit(0, "王 小明", Part.NAME, Reason.NO_FONT, ("CJK",))] if missing[0] else []
    assert (misfits, missing[1:]) == (expected, ["", ""])


def test_three_hundred_letters_are_shortened_and_listed() -> None:
    long = replace(ADA, given="A" * 300, family="", organisation="B" * 300, code=code(1))
    data, misfits = sheet_pdf([ADA, long])
    assert misfits == [
        Misfit(1, "A" * 300, Part.NAME, Reason.TOO_LONG),
        Misfit(1, "A" * 300, Part.ORGANISATION, Reason.TOO_LONG),
    ]
    shown = [word for word in words(data) if word.startswith(("AAA", "BBB"))]
    assert [word[-1] for word in shown] == ["…", "…"]
    assert codes(data) == [code(1)]


def test_english_and_an_empty_sheet() -> None:
    with i18n.use("en"):
        data, _ = sheet_pdf([replace(ADA, role=Role.HOST, no_photo=True)])
        assert script_name("CJK") == "Chinese"
    assert " ".join(words(data)).count("No photos please") == 1
    with pytest.raises(ValueError, match="at least one"):
        sheet_pdf([])


def test_scripts_are_named_once_and_sorted() -> None:
    assert scripts("王小ひ한") == ("CJK", "HANGUL", "HIRAGANA")


def measure(text: str) -> float:
    return float(len(text))


def test_the_largest_size_that_fits_is_taken() -> None:
    tries = ((4.0, 2), (2.0, 2), (2.0, 3), (1.0, 3))
    assert fit(["Ada", "Muster"], 24, tries, measure) == Fitted(4.0, ("Ada", "Muster"), shortened=False)
    assert fit(["Ada", "Muster-Lindner"], 24, tries, measure) == Fitted(
        2.0, ("Ada", "Muster-", "Lindner"), shortened=False
    )
    assert fit(["Ada", "M" * 25], 24, tries, measure) == Fitted(1.0, ("Ada", "M" * 23 + "…"), shortened=True)
    assert fit(["", ""], 24, tries, measure) == Fitted(4.0, (), shortened=False)


def test_every_line_keeps_its_place_when_cut() -> None:
    fitted = fit(["eins zwei drei vier fünf", "sechs"], 5, ((1.0, 3),), measure)
    assert fitted == Fitted(1.0, ("eins", "zwei…", "sechs"), shortened=True)


def test_breaks_and_marks() -> None:
    assert wrap("Muster-Lindner von Weiß", 8, measure) == ["Muster-", "Lindner", "von Weiß"]
    assert wrap("王小明例子", 2, measure) == ["王小", "明例", "子"]
    assert shorten("e\u0301e\u0301e\u0301e\u0301", 6, measure) == "e\u0301e\u0301…"
