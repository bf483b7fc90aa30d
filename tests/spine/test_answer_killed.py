"""The web server dies in the middle of an answer: the mark and the sheet are there together or not at all."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlmodel import func, select

from events.models import Dialogue
from feedback import inviting, operations, queries
from feedback.models import AnswerSheet, SurveyInvitation
from kit import db as kit_db
from kit.clock import wall_now
from kit.db import Database, wide, within
from kit.tokens import derive
from tests.conftest import World, environment
from tests.spine.midway import PLACES
from tests.spine.processes import Product, Sink

ANSWER = {"stars": "4", "text": "Nur einmal"}


class Room:
    """A survey before a dialogue, which is asked by letter and by a link for whoever is there."""

    def __init__(self, database: Database) -> None:
        self.database = database
        world = World(database)
        dialogue = world.dialogue(capacity=10)
        for _number in PLACES:
            world.confirm(world.sign_up(dialogue))

        def work(session: Any) -> Any:
            survey = operations.open_survey(
                session, dialogue=session.get_one(Dialogue, dialogue.id), moment="before", audience="confirmed",
                questionnaire="rating", now=wall_now(),
            )  # fmt: skip
            inviting.invite(session, survey=survey, limit=10, now=wall_now())
            return survey

        self.survey = database.transact(within(dialogue.initiative_id), work)
        with database.read(wide("figures")) as session:
            invitations = session.exec(select(SurveyInvitation.id).where(SurveyInvitation.survey_id == self.survey.id))
            self.letters = [f"/umfrage/{derive('survey', each, 1)}" for each in invitations]
        self.link = f"/umfrage/{derive('survey_link', self.survey.id, self.survey.link_version)}"

    def kept(self) -> tuple[int, int]:
        """Marks and sheets."""
        with self.database.read(wide("figures")) as session:
            sheets = session.exec(select(func.count()).select_from(AnswerSheet)).one()
            marks = queries.answered_by_invitation(session, self.survey.id) + len(
                queries.device_marks(session, self.survey.id)
            )
            return marks, sheets


def send(product: Product, path: str, *, device: int) -> int:
    """Answers as a browser does; 0 when nobody is there any more."""
    cookies = {"dialogwerk-survey": str(device) * 32}
    try:
        return httpx2.post(product.base + path, data=ANSWER, cookies=cookies, timeout=30).status_code
    except httpx2.TransportError:
        return 0


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_kill_keeps_mark_and_sheet_together(database_url: str, tmp_path: Path) -> None:
    with environment(DIALOGWERK_ENV="test", DIALOGWERK_DATABASE_URL=database_url):
        room = Room(kit_db.database())
        answers = [*zip(PLACES, room.letters, strict=True), ("sheet", room.link), ("answer", room.link)]
        found = []
        with Sink() as sink, Product(database_url, tmp_path, sink) as product:
            for number, (place, path) in enumerate(answers):
                product.start("serve", "tests.spine.midway", place)
                product.ready()
                assert send(product, path, device=number) == 0
                product.kill("serve")
                found.append(room.kept())
            product.start("serve")
            product.ready()
            again = [send(product, path, device=number) for number, (_place, path) in enumerate(answers)]
            breaches = product.command("check-invariants").stdout
        # Only what was kept as a whole is there; who was told nothing sends it again, and it counts once.
        assert found == [(0, 0), (0, 0), (1, 1), (1, 1), (2, 2)]
        assert again == [303, 303, 409, 303, 409]
        assert (room.kept(), breaches) == ((5, 5), "")
