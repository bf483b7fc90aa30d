"""Attitudes before and after in the demo: one dialogue after which some rose, one without a clear change, one with a drop."""

import random
from collections.abc import Mapping
from datetime import timedelta

from events.models import Dialogue
from feedback import heard, insights, operations, pairing, rules
from feedback import queries as surveys
from feedback.library import INSTRUMENT
from feedback.queries import Asked
from feedback.questions import Answers
from kit.db import ScopedSession
from kit.journal import SYSTEM
from network.models import Initiative
from web.seeding.stage import Stage, Staged

# So many answered before and after, and so many more only once.
PAIRS, ALONE = 16, 6
_MIDDLES = {
    "N1": 3.9,
    "N2": 3.4,
    "U1": 2.8,
    "S1": 3.3,
    "T1": 2.7,
    "A1": 3.7,
    "E1": 3.8,
    "E2": 3.5,
    "K1": 3.2,
    "P1": 2.7,
}

# How far each question moves; the others stay where they were.
RISE = {"T1": 0.9, "E1": 0.4, "U1": 0.6, "P1": -0.1}
NONE: Mapping[str, float] = {}
DROP = {"T1": -0.8, "U1": -0.9, "P1": -0.5, "E1": 0.2}


def attitudes(stage: Stage, staged: Staged, shift: Mapping[str, float]) -> None:
    """Asks the short instrument before and after a dialogue that is over, by one link for everybody."""
    # A chance of its own: what the rest of the demo draws stays as it is.
    chance = random.Random(f"{staged.slug} {sorted(shift.items())}")  # noqa: S311 - invented answers
    people = [{code: chance.gauss(middle, 0.8) for code, middle in _MIDDLES.items()} for _one in range(PAIRS)]
    before = [_sheet(person) for person in (*people, *_others(chance))]
    moved = [
        {code: value + shift.get(code, 0.0) + chance.gauss(0, 0.45) for code, value in one.items()} for one in people
    ]
    after = [_sheet(person) for person in (*moved, *_others(chance, shift))]
    # Whoever thinks better of it afterwards liked it more, too.
    liked = round(sum(shift.values()))
    after = [
        {
            **sheet,
            "D1": 4,
            "Z1": min(5, max(1, 3 + number % 3 + liked // 2)),
            "W1": min(10, 5 + number % 6 + liked),
            "V1": 4,
            "V0": 2 + number % 2,
        }
        for number, sheet in enumerate(after)
    ]

    def work(session: ScopedSession) -> None:
        dialogue = session.get_one(Dialogue, staged.id)
        scope = pairing.pairing_keys()
        traces = [pairing.phrase_hash(pairing.draw(), scope=dialogue.id, keys=scope) for _one in range(PAIRS)]
        first = {"moment": rules.BEFORE, "audience": rules.CONFIRMED, "questionnaire": INSTRUMENT}
        second = {"subject": "attitudes", "title": "Einstellungen danach", "questionnaire": INSTRUMENT}
        opened = dialogue.starts_at - timedelta(hours=1), dialogue.ends_at
        for values, sheets, begins in ((first, before, opened[0]), (second, after, opened[1])):
            ends = begins + timedelta(minutes=90)
            survey = operations.open_survey(
                session, dialogue=dialogue, now=begins, linked=True, closes_at=ends, **values
            )
            initiative = session.get_one(Initiative, survey.initiative_id)
            asked = Asked(None, survey, dialogue, initiative)
            for number, sheet in enumerate(sheets):
                trace = traces[number] if number < PAIRS else ""
                operations.answer(session, asked=asked, answers=sheet, traces=trace, device=f"{number}", now=begins)
            operations.close_survey(session, survey=survey, now=ends)

    stage.act(staged.initiative_id, work)


def _others(chance: random.Random, shift: Mapping[str, float] | None = None) -> list[dict[str, float]]:
    moved = shift or {}
    return [
        {code: chance.gauss(middle + moved.get(code, 0.0), 0.9) for code, middle in _MIDDLES.items()}
        for _one in range(ALONE)
    ]


def _sheet(person: Mapping[str, float]) -> Answers:
    return {code: max(1, min(5, round(value))) for code, value in person.items()}


def look_through(stage: Stage, staged: Staged) -> None:
    """Somebody of the team lets the texts of the survey through."""

    def work(session: ScopedSession) -> None:
        survey = surveys.survey_of_dialogue(session, staged.id)
        if survey is None or survey.closed_at is None or survey.closed_at + timedelta(days=1) > stage.now:
            return
        texts, at = surveys.unread_texts(session, survey), survey.closed_at + timedelta(days=1)
        if texts:
            operations.release_texts(session, survey=survey, texts=texts, actor=SYSTEM, now=at)

    stage.act(staged.initiative_id, work)


def tell(stage: Stage, staged: Staged, text: str, follows: str) -> None:
    """The team tells in public what it heard and what follows, when the survey of those who came is closed."""

    def work(session: ScopedSession) -> None:
        dialogue = session.get_one(Dialogue, staged.id)
        rated = surveys.rated_in_public(session, dialogue.slug)
        at = dialogue.ends_at + timedelta(days=15)
        if rated is None or at > stage.now:
            return
        told = [code for code in ("stars", "heard") if code in surveys.figures_of(session, rated)]
        heard.save_report(session, rated=rated, text=text, follows=follows, figures=told, actor=SYSTEM, now=at)
        heard.publish_report(session, rated=rated, actor=SYSTEM, now=at)

    stage.act(staged.initiative_id, work)


def learn(stage: Stage, staged: Staged, text: str, *, minutes: str = "", ready: bool = False) -> None:
    """The team writes down what it learned, some days after it told what it heard."""

    def work(session: ScopedSession) -> None:
        dialogue = session.get_one(Dialogue, staged.id)
        at = dialogue.ends_at + timedelta(days=16)
        insights.save_insight(session, dialogue=dialogue, minutes=minutes, text=text, actor=SYSTEM, now=at)
        if ready:
            insights.finish_insight(session, dialogue=dialogue, actor=SYSTEM, now=at)

    stage.act(staged.initiative_id, work)
