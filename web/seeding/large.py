"""The large demo: 200 initiatives, 1,000 dialogues, one of them with 10,000 registrations, beside the demo itself.

Through the same operations, many a transaction. Nine in ten of the 10,000 are written down by the organisers and have no
address, so that no letter waits for each; one in ten signs up and confirms as everybody does.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import select

from accounts.rules import OPERATOR_INITIATIVE_ID
from kit.db import Database, ScopedSession, wide, within
from kit.journal import SYSTEM, Audit, audit
from kit.lands import CODES
from network import operations as network
from network import queries as networks
from network.operations import NewInitiative
from network.rules import ACCENTS
from web.seeding import demo_south as south
from web.seeding import demo_texts as texts
from web.seeding.demo import ANNOUNCED, REGIONAL
from web.seeding.scripts import whole
from web.seeding.stage import Stage

DONE = "seed.large"
CHUNK = 250
SCRIPTS = (
    texts.HYDROGEN, texts.SAFETY, texts.BREAKFAST, texts.HOW_CLOSE, texts.WORKS_COUNCILS,
    *(script for script, _wanted in REGIONAL), *ANNOUNCED,
)  # fmt: skip

Tell = Callable[[str], None]


def standing(data: Database) -> str:
    """`whole`, `part` when making it was interrupted, otherwise empty."""
    with data.read(wide("figures")) as session:
        if session.exec(select(Audit.id).where(Audit.action == DONE)).first():
            return "whole"
        return "part" if networks.initiative_by_slug(session, _slug(0)) else ""


def make(
    data: Database,
    now: datetime,
    tell: Tell,
    *,
    initiatives: int = 200,
    dialogues: int = 1_000,
    registrations: int = 10_000,
) -> None:
    """Puts it in place; `tell` gets a line for each part."""
    stage = Stage(data, now, seed=2028)
    tell(f"{initiatives} more initiatives ...")
    data.transact(wide("person"), lambda session: _initiatives(session, stage, initiatives), background=True)
    for number in range(dialogues - 1):
        if number % CHUNK == 0:
            tell(f"{number} of {dialogues} dialogues ...")
        script = SCRIPTS[number % len(SCRIPTS)]
        value = replace(script.value, title=f"{script.value.title} ({number + 1})", land=CODES[number % len(CODES)])
        stage.dialogue(
            replace(script, initiative=_slug(number % initiatives), value=value), extra_days=7 * (number % 50)
        )
    _crowd(stage, registrations, tell)
    data.transact(
        within(OPERATOR_INITIATIVE_ID),
        lambda session: audit(
            session, initiative_id=OPERATOR_INITIATIVE_ID, actor=SYSTEM, action=DONE, object_kind="initiative",
            object_id=OPERATOR_INITIATIVE_ID, now=now,
        ),
    )  # fmt: skip


def _slug(number: int) -> str:
    return f"dialogkreis-{number + 1:03d}"


def _initiatives(session: ScopedSession, stage: Stage, count: int) -> None:
    for number in range(count):
        slug, land = _slug(number), CODES[number % len(CODES)]
        row = network.create_initiative(
            session,
            value=NewInitiative(
                slug=slug, name=f"Dialogkreis Musterstadt {number + 1} (fiktiv)", land=land,
                accent=tuple(ACCENTS)[number % len(ACCENTS)], about="Eine von vielen, damit die Listen lang werden.",
            ),
            owner_email=f"owner@{slug}.example", owner_name=f"Ada Muster-Kreis {number + 1}", welcome=False, actor=SYSTEM,
            now=stage.now - timedelta(days=90),
        )  # fmt: skip
        stage.initiatives[slug], stage.actors[slug] = row.id, SYSTEM


def _crowd(stage: Stage, count: int, tell: Tell) -> None:
    value = replace(south.ONLINE_AI.value, title="Der große Online-Dialog: alle fragen, alle antworten")
    staged = stage.dialogue(
        replace(south.ONLINE_AI, initiative=_slug(0), value=value, offers=whole(None)), extra_days=28
    )
    at = stage.now - timedelta(days=20)
    for done in range(0, count, CHUNK):
        tell(f"{done} of {count} registrations in one dialogue ...")
        wanted = min(CHUNK, count - done)
        stage.crowd(staged, "dialog", [1] * (wanted // 10))
        stage.by_hand_all(staged, "dialog", [1] * (wanted - wanted // 10), at + timedelta(minutes=done))
