"""One dialogue beside others: of the same initiative, the same format, the same Land, of all. Each from a threshold on.

What others see of dialogues that are not theirs grows by whole batches, so that no two looks differ by the dialogues of
fewer than three initiatives; and two circles that both are shown differ by as many, or by none.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from events.models import Dialogue
from feedback.models import Survey, SurveyFigure
from feedback.questions import from_json, item, with_twins
from feedback.results import AnyFigure, Figure
from feedback.rules import CLOSED
from feedback.statistics import Mean, NotEnough, Pool, mean, pool

# Of the initiative's own earlier dialogues, and of dialogues of others.
OWN_FROM = 3
DIALOGUES_FROM = 5
INITIATIVES_FROM = 3

# "" for all; otherwise ("format", code) or ("land", code).
Circle = tuple[str, str]
EVERYWHERE: Circle = ("", "")


@dataclass(frozen=True)
class Part:
    """What one closed survey of a dialogue says to one question."""

    survey_id: str
    initiative_id: str
    format_code: str
    land: str
    number: int
    mean: float
    variance: float
    closed_at: datetime

    @cached_property
    def estimate(self) -> Mean | None:
        """None where everybody answered the same: it has no standard error and cannot be weighed."""
        if self.variance <= 0:
            return None
        error = (self.variance / self.number) ** 0.5
        return Mean(self.number, self.mean, self.mean, self.mean, error)


@dataclass(frozen=True)
class Beside:
    """The mean of several dialogues; `left_out` of them could not be weighed."""

    dialogues: int
    found: Pool
    left_out: int


def figures_of(session: Session, survey: Survey, figures: Mapping[str, AnyFigure]) -> list[SurveyFigure]:
    """What a closed survey hands to comparisons: its scales, which stand for five answers at least."""
    dialogue = session.get(Dialogue, survey.dialogue_id) if survey.dialogue_id else None
    rows = []
    for question in with_twins(from_json(survey.questions)):
        figure = figures.get(question.code)
        if not isinstance(figure, Figure):
            continue
        found = mean(figure.values)
        rows.append(
            SurveyFigure(
                initiative_id=survey.initiative_id,
                survey_id=survey.id,
                item=item(question),
                code=question.code,
                moment=survey.moment,
                audience=survey.audience,
                format_code=dialogue.format_code if dialogue else "",
                land=dialogue.land if dialogue else "",
                number=figure.number,
                mean=figure.mean,
                variance=0.0 if isinstance(found, NotEnough) else found.error**2 * figure.number,
            )
        )
    return rows


def parts(session: Session, *, items: Iterable[str], moment: str, audience: str) -> dict[str, list[Part]]:
    """What all dialogues say to these questions at one moment, in the order in which they were closed."""
    surveys = session.exec(
        select(Survey.id, Survey.closed_at)
        .where(
            Survey.moment == moment,
            Survey.audience == audience,
            col(Survey.dialogue_id).is_not(None),
            Survey.subject == "",
            Survey.state == CLOSED,
        )
        .order_by(col(Survey.closed_at), col(Survey.id))
    )
    # Apart from their figures, of which there are a dozen each: the database sorts less, and each time is read once.
    closed: dict[str, Any] = dict(surveys.all())
    wanted: tuple[Any, ...] = (
        SurveyFigure.item,
        SurveyFigure.survey_id,
        SurveyFigure.initiative_id,
        SurveyFigure.format_code,
        SurveyFigure.land,
        SurveyFigure.number,
        SurveyFigure.mean,
        SurveyFigure.variance,
    )
    rows = session.exec(
        select(*wanted).where(
            col(SurveyFigure.item).in_(list(items)),
            SurveyFigure.moment == moment,
            SurveyFigure.audience == audience,
        )
    )
    told: dict[str, dict[str, Part]] = {}
    for asked, survey_id, owner, format_code, land, number, value, variance in rows:
        if survey_id in closed:
            part = Part(survey_id, owner, format_code, land, number, value, variance, closed[survey_id])
            told.setdefault(asked, {})[survey_id] = part
    return {asked: [each[survey_id] for survey_id in closed if survey_id in each] for asked, each in told.items()}


def own(found: Sequence[Part], survey: Survey) -> Beside | None:
    """The initiative's own dialogues that were closed before this one."""
    assert survey.closed_at is not None
    earlier = [
        part
        for part in found
        if part.initiative_id == survey.initiative_id
        and part.survey_id != survey.id
        and part.closed_at < survey.closed_at
    ]
    return beside(earlier) if len(earlier) >= OWN_FROM else None


def beside(found: Sequence[Part]) -> Beside | None:
    """The mean over dialogues as random effects; None where it cannot be computed."""
    weighed = [estimate for part in found if (estimate := part.estimate) is not None]
    pooled = pool(weighed)
    if isinstance(pooled, NotEnough):
        return None
    return Beside(len(found), pooled, len(found) - len(weighed))


class Circles:
    """Which circles may be shown to a question; the same for everybody who looks."""

    def __init__(self) -> None:
        # Most questions of a questionnaire have the same dialogues.
        self._known: dict[tuple[str, ...], dict[Circle, AbstractSet[str]]] = {}

    def of(self, found: Sequence[Part], circle: Circle) -> list[Part]:
        """The dialogues of a circle; none where it is not shown."""
        key = tuple(part.survey_id for part in found)
        if key not in self._known:
            self._known[key] = shown_circles(found)
        chosen = self._known[key].get(circle, frozenset())
        return [part for part in found if part.survey_id in chosen]


def shown_circles(found: Sequence[Part]) -> dict[Circle, AbstractSet[str]]:
    """Circle → the surveys in it. Of two circles that nearly coincide the smaller one is left out."""
    owners = {part.survey_id: part.initiative_id for part in found}
    everybody = frozenset(part.survey_id for part in released(found))
    if not everybody:
        return {}
    shown: dict[Circle, AbstractSet[str]] = {EVERYWHERE: everybody}
    for kind in ("land", "format"):
        circles: dict[Circle, list[Part]] = {}
        for part in found:
            circles.setdefault((kind, part.land if kind == "land" else part.format_code), []).append(part)
        sets = {circle: frozenset(part.survey_id for part in released(each)) for circle, each in circles.items()}
        rest = everybody
        for circle in sorted(sets, key=lambda circle: (-len(sets[circle]), circle)):
            left = rest - sets[circle]
            others = (each for (other, _code), each in shown.items() if other != kind)
            if (
                sets[circle]
                and nobody_or_enough(left, owners)
                and all(nobody_or_enough(sets[circle] ^ each, owners) for each in others)
            ):
                shown[circle], rest = sets[circle], left
    return shown


def released(found: Sequence[Part]) -> list[Part]:
    """As much of them, in their order, as makes whole batches."""
    shown: list[Part] = []
    batch: list[Part] = []
    for part in found:
        batch.append(part)
        if _enough(len(batch), len({each.initiative_id for each in batch})):
            shown += batch
            batch = []
    return shown


def nobody_or_enough(surveys: AbstractSet[str], owners: Mapping[str, str]) -> bool:
    """Whether a difference is about no dialogue, or about so many that it is nobody's own."""
    return not surveys or _enough(len(surveys), len({owners[each] for each in surveys}))


def _enough(dialogues: int, initiatives: int) -> bool:
    return dialogues >= DIALOGUES_FROM and initiatives >= INITIATIVES_FROM
