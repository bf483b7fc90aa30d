"""Fuzzes what reads inbound mail, by coverage. Atheris is no part of the project; by hand, for ten minutes:

    .venv/bin/uv pip install --python .venv/bin/python atheris
    .venv/bin/python -m tests.fuzz.inbound CORPUS_FOLDER -max_total_time=600 -max_len=65536

It begins with the shapes of the tests, which it writes into the folder. A crash, or two seconds of processor
time for one input, ends it.
"""

import contextlib
import os
import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mail", "kit", "email", "icalendar"]):
    from kit.ical_reply import Unreadable, answers
    from mail.incoming import Kind, read
    from mail.reading import shown

from kit.tokens import derive
from tests.mail import shapes

MOST_SECONDS = 2.0
TOKEN_AT = "antwort+{}@dialogwerk.example"


def one(data: bytes) -> None:
    """Everything that is done to bytes from outside before something is written."""
    began = time.process_time()
    found = read(data, sender=("", "<>", "gast@post.example")[len(data) % 3], recipient=RECIPIENT)
    assert (found.kind == Kind.ANSWER) == bool(found.answers)
    assert (found.kind == Kind.BOUNCE) == (found.report is not None)
    for answer in found.answers:
        assert answer.method in ("REPLY", "COUNTER")
        assert answer.uid
        assert 0 <= answer.sequence < 2**31
    shown(data)
    with contextlib.suppress(Unreadable):
        answers(data)
    assert time.process_time() - began < MOST_SECONDS


if __name__ == "__main__":
    os.environ.update({"DIALOGWERK_ENV": "test", "DIALOGWERK_REPLY_ADDRESS": "antwort@dialogwerk.example"})
    RECIPIENT = TOKEN_AT.format(derive("reply", "abcdefgh234567ab", 1))
    folder = Path(next(word for word in sys.argv[1:] if not word.startswith("-")))
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in {**vars(shapes), "dsn": shapes.dsn(), "simple": shapes.simple()}.items():
        if isinstance(raw, bytes):
            (folder / name).write_bytes(raw)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
