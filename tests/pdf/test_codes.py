"""QR codes and the code on tickets."""

import re
from base64 import b64decode
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from kit import qr
from registration.checkin_code import base45, decode, encode, from_base45, signing_key

KEY = signing_key(b"a secret of the installation")
OTHER = signing_key(b"the secret before that")
ID = bytes(range(10))


@pytest.mark.parametrize(
    ("plain", "encoded"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_base45_is_that_of_the_rfc(plain: bytes, encoded: str) -> None:
    """The examples of RFC 9285, sections 4.3 and 4.4."""
    assert (base45(plain), from_base45(encoded)) == (encoded, plain)


@pytest.mark.parametrize("text", ["A", "AAAA", "aa", "GGW", ":::", "::", "AÄ", "AB\n"])
def test_base45_refuses_what_the_rfc_forbids(text: str) -> None:
    assert from_base45(text) is None


def test_code_is_version_5_at_level_m() -> None:
    for number in range(50):
        code = encode(bytes([number] * 10), KEY)
        assert len(qr.matrix(code)) == 37
        assert code[:4] == "DW1:"


@pytest.mark.parametrize(("length", "side"), [(20, 21), (90, 33), (91, 37), (122, 37), (123, 41)])
def test_every_length_is_read_back_at_level_m(length: int, side: int) -> None:
    text = ("DW1:" + "ABC7 $%*+-./" * 20)[:length].replace(" ", "0")
    _side, pixels = qr._pixels(text)
    shown = Image.frombytes("L", (_side, _side), pixels).resize((_side * 4, _side * 4)).convert("L")
    framed = Image.new("L", (shown.width + 40, shown.width + 40), 255)
    framed.paste(shown, (20, 20))
    (found,) = zxingcpp.read_barcodes(framed)
    assert (found.text, found.extra["ECLevel"], _side) == (text, "M", side)


def test_code_is_read_with_any_of_the_keys() -> None:
    code = encode(ID, OTHER)
    assert decode(code, [KEY, OTHER]) == ID
    assert decode(code, [KEY]) is None


def test_every_changed_character_is_refused() -> None:
    code = encode(ID, KEY)
    for place in range(len(code)):
        changed = code[:place] + ("7" if code[place] != "7" else "8") + code[place + 1 :]
        assert decode(changed, [KEY]) is None


@pytest.mark.parametrize(
    "text", ["", "DW1:", "DW2:", "dw1:" + "0" * 111, "DW1:" + "0" * 3000, "https://dialog.example/"]
)
def test_foreign_texts_are_no_code(text: str) -> None:
    assert decode(text, [KEY]) is None


def test_equal_secrets_give_equal_keys_and_none_is_empty() -> None:
    assert encode(ID, signing_key(b"one")) == encode(ID, signing_key(b"one"))
    with pytest.raises(ValueError, match="secret"):
        signing_key(b"")
    with pytest.raises(ValueError, match="ten bytes"):
        encode(ID + b"!", KEY)


def test_png_is_read_back() -> None:
    code = encode(ID, KEY)
    picture = Image.open(BytesIO(b64decode(qr.png_data_uri(code).removeprefix("data:image/png;base64,"))))
    assert picture.size == (45, 45)
    enlarged = picture.convert("L").resize((360, 360), Image.Resampling.NEAREST)
    assert [found.text for found in zxingcpp.read_barcodes(enlarged)] == [code]


def test_svg_draws_the_same_symbol_and_escapes_its_label() -> None:
    rows = qr.matrix("DW1:ABC")
    svg = qr.svg("DW1:ABC", 'für "Ada" & <b>')
    path = svg.split('class="qr-dark"')[1].split(' d="')[1].split('"')[0]
    drawn = [[False] * len(rows) for _ in rows]
    x = y = 0
    for step in re.finditer(r"([Mm])(-?\d+) (\d+)(?:h(\d+)v1h-(\d+)z)?", path):
        x, y = (0, int(step[3]) - qr.QUIET_ZONE) if step[1] == "M" else (x + int(step[2]), y + int(step[3]))
        assert step[4] == step[5]
        for column in range(int(step[4] or 0)):
            drawn[y][x + column] = True
    assert drawn == rows
    assert 'aria-label="für &#34;Ada&#34; &amp; &lt;b&gt;"' in svg
    assert "style=" not in svg
