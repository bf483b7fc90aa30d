"""Opening, asking, answering, closing: on a real database file."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from events.models import Dialogue
from feedback import due, inviting, operations, queries, sweeps
from feedback.models import AnswerSheet, Survey, SurveyFigure, SurveyInvitation, SurveyResult
from feedback.rules import Counting, Result
from kit.db import Database, wide, within
from kit.journal import Audit, FormAnswer
from mail.models import Letter
from registration.models import Registration
from registration.operations import erase
from tests.overtaking import overtaken

NOW = datetime(2027, 4, 24, 21, tzinfo=UTC)


def read(database: Database) -> Session:
    return database.read(wide("figures"))


def invitations(database: Database) -> list[str]:
    with read(database) as session:
        return list(session.exec(select(SurveyInvitation.id)))


def shown(database: Database) -> Counting | Result:
    with read(database) as session:
        return queries.results(session, session.exec(select(Survey)).one())


def close(database: Database) -> int:
    return sweeps.close_due(database, NOW + timedelta(days=14))


def test_those_who_came_are_asked_once(database: Database, come: Callable[..., list]) -> None:
    came = come(30)
    come(2, arrived=False)
    come(1, undone=True)
    come(1, email=None)
    assert [sweeps.invite_due(database, NOW), sweeps.invite_due(database, NOW)] == [30, 0]
    with read(database) as session:
        letters = list(session.exec(select(Letter)))
        assert {letter.registration_id for letter in letters} == {registration.id for registration in came}
        assert len(letters) == 30
        assert {(letter.kind, letter.in_doubt) for letter in letters} == {("survey", "hold")}
        survey = session.exec(select(Survey)).one()
        assert (survey.opens_at, survey.closes_at) == (NOW, NOW + timedelta(days=14))
        audits = sorted((row.action, row.detail) for row in session.exec(select(Audit)))
    assert audits == [("survey.invite", "25"), ("survey.invite", "5"), ("survey.open", "")]


def test_no_token_is_stored_in_a_letter(database: Database, come: Callable[..., list]) -> None:
    from kit.tokens import derive

    come(1)
    sweeps.invite_due(database, NOW)
    token = derive("survey", invitations(database)[0], 1)
    with read(database) as session:
        letter = session.exec(select(Letter)).one()
    assert (token[20:] in letter.text, token[20:] in letter.html) == (False, False)
    assert letter.text.count("/umfrage/{token}") == 1


def test_who_is_ticked_in_later_is_asked_later(database: Database, come: Callable[..., list]) -> None:
    come(1)
    assert sweeps.invite_due(database, NOW) == 1
    come(2)
    assert sweeps.invite_due(database, NOW + timedelta(days=1)) == 2
    come(1)
    assert sweeps.invite_due(database, NOW + timedelta(days=15)) == 0


def test_who_is_erased_while_letters_are_written_gets_none(database: Database, come: Callable[..., list]) -> None:
    first, second, third = sorted(come(3), key=lambda registration: registration.id)
    with database.write(within(first.initiative_id)) as session:
        survey = operations.open_survey(session, dialogue=session.get_one(Dialogue, first.dialogue_id), now=NOW)

    def invite(session: Session) -> None:
        inviting.invite(session, survey=survey, limit=2, now=NOW)

    def erasing(registration: Registration) -> Callable[[Session], None]:
        return lambda session: erase(
            session, registration=session.get_one(Registration, registration.id), actor="p", now=NOW
        )

    scope = within(first.initiative_id)
    assert overtaken(database, scope, invite, erasing(first)) is None
    assert overtaken(database, scope, erasing(third), invite) is None
    with read(database) as session:
        assert list(session.exec(select(Letter.registration_id))) == [second.id]


def test_nobody_is_asked_before_the_end(database: Database, dialogue: Dialogue, come: Callable[..., list]) -> None:
    come(3)
    assert sweeps.invite_due(database, dialogue.ends_at - timedelta(seconds=1)) == 0
    assert sweeps.invite_due(database, dialogue.ends_at) == 3


def test_an_answer_counts_once(database: Database, come: Callable[..., list], reply: Callable[..., None]) -> None:
    come(3)
    sweeps.invite_due(database, NOW)
    first = invitations(database)[0]
    reply(first, stars=5)
    with pytest.raises(operations.AlreadyAnswered):
        reply(first, stars=1)
    assert shown(database) == Counting(answers=1, invited=3, closes_at=NOW + timedelta(days=14))
    with read(database) as session:
        assert session.exec(select(AnswerSheet)).one().answers == {
            "stars": 5,
            "heard": 4,
            "critical": None,
            "text": None,
        }
        assert [row.action for row in session.exec(select(Audit)) if "answer" in row.action] == []
        assert session.exec(select(FormAnswer)).all() == []


def test_two_devices_at_once_leave_one_answer(
    database: Database, come: Callable[..., list], reply: Callable[..., None]
) -> None:
    import threading

    come(1)
    sweeps.invite_due(database, NOW)
    only = invitations(database)[0]
    together = threading.Barrier(8)
    refused: list[Exception] = []

    def tap() -> None:
        together.wait()
        try:
            reply(only)
        except operations.AlreadyAnswered as error:
            refused.append(error)

    threads = [threading.Thread(target=tap) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(refused), shown(database).answers) == (7, 1)


def test_nothing_is_kept_when_the_sheet_fails(
    database: Database, come: Callable[..., list], reply: Callable[..., None]
) -> None:
    come(1)
    sweeps.invite_due(database, NOW)
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE answer_sheet RENAME TO elsewhere"))
    with pytest.raises(Exception, match="answer_sheet"):
        reply(invitations(database)[0])
    with read(database) as session:
        assert session.exec(select(SurveyInvitation.answered)).one() is False


def test_after_the_time_no_answer_is_taken(
    database: Database, come: Callable[..., list], reply: Callable[..., None]
) -> None:
    come(1)
    sweeps.invite_due(database, NOW)
    only = invitations(database)[0]
    with pytest.raises(operations.SurveyOver):
        reply(only, now=NOW + timedelta(days=14))
    close(database)
    with pytest.raises(operations.SurveyOver):
        reply(only)
    assert shown(database).answers == 0


@pytest.mark.parametrize(
    ("count", "figures", "lacking", "texts"),
    [
        (0, [], (5, 10), 0),
        (4, [], (1, 6), 0),
        (5, ["stars", "heard"], (0, 5), 0),
        (9, ["stars", "heard"], (0, 1), 0),
        (10, ["stars", "heard"], (0, 0), 10),
    ],
)
def test_thresholds_at_closing(
    database: Database,
    come: Callable[..., list],
    reply: Callable[..., None],
    count: int,
    figures: list[str],
    lacking: tuple[int, int],
    texts: int,
) -> None:
    come(12)
    sweeps.invite_due(database, NOW)
    for invitation in invitations(database)[:count]:
        reply(invitation, stars=3, text="Mehr Zeit für Fragen")
    assert type(shown(database)) is Counting
    assert (close(database), close(database)) == (1, 0)
    result = shown(database)
    assert isinstance(result, Result)
    assert (result.answers, result.invited, list(result.figures)) == (count, 12, figures)
    assert (result.figures_lack, result.texts_lack) == lacking
    assert (len(result.texts), result.unread) == (0, texts)
    with read(database) as session:
        sheets = session.exec(select(AnswerSheet)).all()
        assert list(queries.breaches(session)) == []
        lines = list(queries.exported(session))
    # A text that nobody may ever read is not kept, nor any answer of which there is no figure.
    assert [sheet.answers.get("text") for sheet in sheets] == [("Mehr Zeit für Fragen" if texts else None)] * count
    assert [sheet.answers.get("stars") for sheet in sheets] == [3 if figures else None] * count
    assert [line["kind"] for line in lines] == ["survey", "answer_count"]
    assert sorted(lines[0]["figures"]) == sorted(figures)
    assert lines[1]["answers"] == count


def test_results_are_frozen(database: Database, come: Callable[..., list], reply: Callable[..., None]) -> None:
    come(6)
    sweeps.invite_due(database, NOW)
    for invitation in invitations(database)[:5]:
        reply(invitation)
    close(database)
    before = shown(database)
    with read(database) as session:
        survey = session.exec(select(Survey)).one()
    with database.write(within(survey.initiative_id)) as session:
        session.add(
            AnswerSheet(initiative_id=survey.initiative_id, survey_id=survey.id, answers={"stars": 1, "text": ""})
        )
    assert shown(database) == before
    with read(database) as session:
        assert list(queries.breaches(session)) == [
            f"survey {survey.id}: 5 marked as answered, 6 answer sheets",
            f"survey {survey.id}: closed with 5 answers, now 6",
        ]


def test_an_open_survey_has_no_stored_result(
    database: Database, come: Callable[..., list], reply: Callable[..., None]
) -> None:
    come(12)
    sweeps.invite_due(database, NOW)
    for invitation in invitations(database):
        reply(invitation, text="Danke")
    sweeps.shuffle_all(database, NOW)
    with read(database) as session:
        assert session.exec(select(SurveyResult)).all() == []
        assert [line.get("figures", {}) for line in queries.exported(session)] == [{}, {}]
    assert shown(database).answers == 12


def test_another_initiative_sees_nothing(database: Database, come: Callable[..., list]) -> None:
    come(1)
    sweeps.invite_due(database, NOW)
    with database.read(within("anotherinitiativ")) as session:
        assert session.exec(select(Survey)).all() == []
        assert due.open_surveys(session) == []


def test_what_may_not_be_kept_is_named(
    database: Database, come: Callable[..., list], reply: Callable[..., None]
) -> None:
    come(6)
    sweeps.invite_due(database, NOW)
    for invitation in invitations(database):
        reply(invitation)
    close(database)
    with read(database) as session:
        survey = session.exec(select(Survey)).one()
        assert list(queries.breaches(session)) == []
    with database.write(within(survey.initiative_id)) as session:
        session.exec(select(SurveyResult)).one().texts = [["text", "Zu früh"]]
        session.add(
            SurveyFigure(
                initiative_id=survey.initiative_id, survey_id=survey.id, item="i", code="planted", moment="after",
                audience="came", format_code="F4", land="05", number=4, mean=3.0, variance=1.0,
            )
        )  # fmt: skip
    with read(database) as session:
        assert list(queries.breaches(session)) == [
            f"survey {survey.id}: texts below 10 answers",
            f"survey {survey.id}: compared although it is open or below 5 answers",
        ]
