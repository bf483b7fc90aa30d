"""A house full of surveys with made-up answers, and the truth about each: who answered what, who is a pair."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from events.models import Dialogue
from feedback import closing, heard, operations, queries, questionnaires
from feedback.models import AnswerSheet, Survey, SurveyMark
from feedback.questions import Condition, Option, Question, Words
from kit.ids import new_id
from network.models import Initiative
from tests.conftest import NOW
from tests.web.scene import Scene

COMPANIES, ROLES, PLACES = ("werk", "hof", "amt"), ("gast", "rat"), ("nah", "fern", "ohne")
Answers = dict[str, Any]


def _options(*codes: str) -> tuple[Option, ...]:
    return tuple(Option(code, Words(f"Wahl {code}")) for code in codes)


def _question(code: str, kind: str, *options: str, **more: Any) -> Question:
    return Question(code, kind, Words(f"Frage {code}?", plain=more.pop("plain", "")), _options(*options), **more)


ASKED = (
    _question("works", "choice", *COMPANIES, group="employer"),
    _question("does", "choice", *ROLES, group="role"),
    _question("lives", "choice", *PLACES, group="group"),
    _question("q", "agreement", plain="Einfach q?"),
    _question("n", "recommendation"),
    _question("said", "choice", "ja", "nein"),
    _question("why", "agreement", only_if=Condition("said", ("ja",))),
    _question("inside", "agreement", only_if=Condition("works", ("werk",))),
    _question("within", "stars", only_if=Condition("inside", ("1", "2", "3"))),
    _question("several", "choices", "eins", "zwei", "drei"),
    _question("rows", "matrix", "oben", "unten"),
    _question("order", "ranking", "a", "b", "c"),
    _question("text", "text", plain="Einfach text?"),
    _question("secret", "line", only_if=Condition("does", ("rat",))),
)
BY_CODE = {question.code: question for question in ASKED}
# What one group alone is asked: its figures are cells.
CELLS = {"inside", "within"}
# Whose answer decided who was asked this; a question that makes groups hides nothing by that.
FIRST = {"why": "said", "within": "inside"}


@dataclass
class Sheets:
    """One survey and its truth: the sheets in the order in which they came, each with the words that pair it."""

    survey: Survey
    dialogue: Dialogue | None
    initiative: Initiative
    answers: list[Answers]
    words: list[str] = field(default_factory=list)

    def given(self, code: str, *, row: str = "", by: str = "", option: str = "") -> frozenset[int]:
        """Who answered a question, of one group if one is named."""
        found = set()
        for place, sheet in enumerate(self.answers):
            value = sheet.get(code)
            if value is None or (row and value.get(row) is None) or (by and sheet.get(by) != option):
                continue
            found.add(place)
        return frozenset(found)

    def asked(self, code: str) -> frozenset[int]:
        return frozenset(place for place, sheet in enumerate(self.answers) if code in sheet)


def made_up(chance: random.Random, number: int, name: str, *, rare: float) -> list[Answers]:
    """So many sheets. The rarer, the more groups have a handful of people."""
    found = []
    for person in range(number):
        if chance.random() < 0.08:
            found.append({"q_einfach": chance.randint(1, 3), "text_einfach": f"Geheim {name} {person}"})
            continue
        sheet: Answers = {
            "works": chance.choices(COMPANIES, (1, rare, rare / 2))[0],
            "does": chance.choices(ROLES, (1, rare))[0],
            "lives": chance.choices((*PLACES, None), (1, 1, rare, 0.05))[0],
            "q": chance.choice((1, 2, 3, 4, 5, 5, None)),
            "n": chance.choice((*range(11), None)),
            "said": chance.choices(("ja", "nein", None), (rare, 1, 0.1))[0],
            "several": chance.sample(["eins", "zwei", "drei"], chance.randint(1, 3)),
            "rows": {"oben": chance.randint(1, 5)}
            | ({"unten": chance.randint(1, 5)} if chance.random() < rare else {}),
            "order": chance.sample(["a", "b", "c"], 3) if chance.random() < 0.7 else None,
            "text": f"Geheim {name} {person}" if chance.random() < 0.8 else None,
        }
        if sheet["said"] == "ja":
            sheet["why"] = chance.randint(1, 5)
        if sheet["works"] == "werk":
            sheet["inside"] = chance.choice((1, 3, 5, None))
            if sheet["inside"] in (1, 3):
                sheet["within"] = chance.randint(1, 5)
        if sheet["does"] == "rat":
            sheet["secret"] = f"Geheim {name} {person} Rat"
        found.append(sheet)
    return found


class House:
    """Initiatives, dialogues and surveys; everything closes in the order in which it was made."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene = scene
        self.chance = random.Random(seed)
        self.surveys: list[Sheets] = []
        self.minutes = 0
        self.own: dict[str, str] = {}
        others = [scene.new_initiative(f"fern-{seed}-{number}") for number in range(2)]
        for turn in range(3):
            for initiative in (scene.other, *others, scene.initiative):
                self.survey(initiative, self._dialogue(initiative, land=("NI", "HB")[turn % 2]), self._many(9, 30))
        # What is attacked most: every moment of one dialogue, with pairs, on top of its initiative's earlier ones.
        self.main = self._dialogue(scene.initiative, land="NI")
        people = self._many(24, 60)
        words = [f"wort-{number}" for number in range(3 * people)]
        before = self._paired(words, people, moment="before", audience="confirmed")
        after = self._paired(words, self._many(24, 60), moment="after", audience="came", like=before)
        self._paired(words, self._many(24, 60), moment="later", audience="came", like=after)
        self.survey(scene.initiative, self.main, self._many(5, 20), moment="after", audience="waiting")
        self.survey(scene.initiative, self.main, self._many(3, 12), moment="live", audience="anybody", subject=new_id())
        self.survey(scene.initiative, self._dialogue(scene.initiative), 4)
        self.survey(scene.initiative, None, self._many(8, 16))
        self.tell(self.main)

    def _many(self, low: int, high: int) -> int:
        return self.chance.randint(low, high)

    def _dialogue(self, initiative: Initiative, **values: Any) -> Dialogue:
        made = self.scene.world.dialogue(initiative, **values)

        def over(session: Session) -> None:
            row = session.get_one(Dialogue, made.id)
            row.starts_at, row.ends_at = NOW - timedelta(hours=5), NOW - timedelta(hours=3)

        self.scene.world.within(made, over)
        return made

    def _questionnaire(self, session: Session, initiative: Initiative) -> str:
        if initiative.id not in self.own:
            row = session.get_one(Initiative, initiative.id)
            made = questionnaires.create(session, initiative=row, name="Eigene", asked=ASKED, actor="p", now=NOW)
            self.own[initiative.id] = made.id
        return self.own[initiative.id]

    def _paired(self, words: list[str], number: int, *, like: Sheets | None = None, **opened: Any) -> Sheets:
        """Most of those who answered last time keep their words; of them one company more often than others."""
        kept = [] if like is None else [word for word in like.words if word and self.chance.random() < 0.8]
        fresh = [word for word in words if like is None or word not in like.words]
        self.chance.shuffle(fresh)
        given = [*kept, *fresh[: max(0, number - len(kept))]]
        if self.chance.random() < 0.5:
            given = [word if self.chance.random() < 0.9 else "" for word in given]
        return self.survey(self.scene.initiative, self.main, len(given), words=given, **opened)

    def survey(
        self,
        initiative: Initiative,
        dialogue: Dialogue | None,
        number: int,
        *,
        words: Iterable[str] = (),
        **opened: Any,
    ) -> Sheets:
        """A closed survey with so many answers."""
        answers = made_up(self.chance, number, new_id(), rare=self.chance.choice((0.1, 0.3, 0.6, 0.9)))
        traces = [*words] or [""] * number
        now = NOW + timedelta(minutes=self.minutes)
        self.minutes += 1

        def work(session: Session) -> Survey:
            more: Any = {"questionnaire": self._questionnaire(session, initiative), "now": now, "actor": "p"}
            until = now + timedelta(days=1)
            if dialogue is None:
                row = session.get_one(Initiative, initiative.id)
                made = operations.open_to_all(session, initiative=row, title="Was fehlt?", closes_at=until, **more)
            else:
                place = session.get_one(Dialogue, dialogue.id)
                linked = opened.get("audience") in ("anybody", "confirmed")
                made = operations.open_survey(session, dialogue=place, closes_at=until, linked=linked, **more, **opened)
            own = {"initiative_id": initiative.id, "survey_id": made.id}
            sheets = [
                {**own, "key": new_id(), "answers": each, "traces": trace}
                for each, trace in zip(answers, traces, strict=True)
            ]
            session.execute(insert(AnswerSheet), sheets)
            session.execute(insert(SurveyMark), [{**own, "mark": new_id()} for _sheet in sheets])
            return closing.close_survey(session, survey=made, now=now)

        made = self.scene.world.within_id(initiative.id, work)
        self.surveys.append(Sheets(made, dialogue, initiative, answers, traces))
        return self.surveys[-1]

    def tell(self, dialogue: Dialogue) -> None:
        """The organiser tells in public what they heard, with every figure that may be told."""

        def work(session: Session) -> None:
            rated = queries.rated_in_public(session, dialogue.slug)
            assert rated is not None
            codes = tuple(queries.figures_of(session, rated))
            heard.save_report(session, rated=rated, text="Gehört.", figures=codes, actor="p", now=NOW)
            heard.publish_report(session, rated=rated, actor="p", now=NOW)

        self.scene.world.within(dialogue, work)
