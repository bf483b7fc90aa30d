"""The signs by which two answers of one person find each other: of whom they are asked, and what is kept of them."""

from sqlmodel import Session

from feedback import pairing, queries
from feedback.models import Survey
from feedback.pairing import Phrase
from feedback.rules import BEFORE, CONFIRMED, asks_signs


def are_asked(session: Session, survey: Survey) -> bool:
    """Whether sheets of this survey find others of the same person."""
    if survey.dialogue_id is None:
        return False
    before = queries.survey_of_dialogue(session, survey.dialogue_id, moment=BEFORE, audience=CONFIRMED)
    return asks_signs(moment=survey.moment, audience=survey.audience, asked_before=before is not None)


def traces(session: Session, survey: Survey, *, phrase: Phrase | None, boxes: str | None = None) -> str:
    """What is kept of the three words, or of the code where there are none; "" where neither is asked."""
    if (phrase is None and boxes is None) or survey.dialogue_id is None or not are_asked(session, survey):
        return ""
    keys = pairing.pairing_keys()
    known = queries.traces_of_dialogue(session, survey.dialogue_id) if len(keys) > 1 else set()
    if phrase is not None:
        return pairing.phrase_hash(phrase, scope=survey.dialogue_id, keys=keys, known=known)
    assert boxes is not None
    return " ".join(pairing.code_traces(boxes, scope=survey.dialogue_id, keys=keys, known=known))
