"""The demo and described states: through the operations, whole, and true to the invariants."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from events.models import Dialogue, DialogueDate, Offer
from events.rules import FORMATS, PICTURE_LABELS
from feedback import queries as feedback
from feedback.models import AnswerSheet, Insight, Survey, SurveyInvitation
from feedback.pages import result_page
from kit.db import Database, wide
from kit.lands import CODES
from kit.templates import environment
from kit.zones import local
from mail.models import InboundMail, Letter
from network import queries as networks
from network.models import Initiative, Membership
from registration.models import Arrival, CalendarAnswer, Participant, Registration
from subscription.models import Mention, Subscription
from tests.conftest import NOW, World
from web import cli
from web.commands.invariants import breaches
from web.seeding import demo, described, large
from web.seeding import demo_texts as texts
from web.seeding.form import SCHEMA
from web.seeding.stage import NO_SHOWS, lowest

# A Tuesday night, when the running dialogue began on Monday.
PRESENT = datetime(2027, 11, 16, 2, 30, tzinfo=UTC)


def found(database: Database, now: datetime) -> list[str]:
    """Breaches, without the letters that wait because no worker runs here."""
    with database.read(wide("figures")) as session:
        return [line for line in breaches(session, now) if "queued for more than" not in line]


def headlines(database: Database, surveys: list[Survey]) -> list[str]:
    """What stands above the result of each."""
    with database.read(wide("figures")) as session:
        shown = [(survey, feedback.results(session, survey)) for survey in surveys]
    return [result_page(None, None, None, survey, found).headline for survey, found in shown]  # type: ignore[arg-type]


def test_the_demo_has_every_state_and_no_breach(database: Database, world: World) -> None:
    told: list[str] = []
    demo.make(database, PRESENT, told.append)
    assert found(database, PRESENT) == []
    assert demo.standing(database) == "whole"
    assert len(told) >= 5

    initiatives = [row for row in world.rows(Initiative) if row.slug != "servicestelle"]
    assert len(initiatives) == 20
    assert {row.land for row in initiatives} == set(CODES)
    assert all(row.name.endswith("(fiktiv)") and row.street and row.represented_by for row in initiatives)
    assert Counter(row.role for row in world.rows(Membership)) == {"owner": 20, "organiser": 20, "helper": 6}

    dialogues = world.rows(Dialogue)
    assert Counter(row.state for row in dialogues) == {
        "published": 22, "held": 2, "closed": 2, "postponed": 1, "cancelled": 1,
    }  # fmt: skip
    coming = [row for row in dialogues if row.state == "published" and row.starts_at > PRESENT]
    assert len(coming) == 21  # the twenty of the announcements, and one more breakfast
    assert {row.land for row in coming} == set(CODES)
    running = [row for row in dialogues if row.starts_at <= PRESENT < row.ends_at]
    assert [row.format_code for row in running] == ["F4"]
    # The demo's button of the door signs in somebody of the team that has a dialogue now.
    with database.read(wide("person")) as session:
        helper = networks.first_person_with_role(session, "helper")
        assert list(networks.roles_of(session, helper.id)) == [running[0].initiative_id]
    assert {row.format_code for row in dialogues} == set(FORMATS) - {"F8"}
    assert {row.plain_text == "" for row in dialogues} == {False}

    # The dates moved by whole weeks: Thursday, Thursday and Saturday as in the announcements.
    weekdays = {row.slug: local(row.starts_at, row.zone).weekday() for row in dialogues}
    assert weekdays["wasserstoff-vor-der-haustuer-buergerwerkstatt"] == 3
    assert weekdays["nacht-der-offenen-werke-rhein-ruhr"] == 3
    assert weekdays["wann-rollen-die-lkw-nachbarschaftsdialog-werksverkehr"] == 5

    registrations = world.rows(Registration)
    assert {row.state for row in registrations} == {
        "address_unconfirmed", "waiting", "offered", "confirmed", "cancelled", "declined", "expired",
    }  # fmt: skip
    assert {row.cancel_reason for row in registrations} >= {"person", "organiser", "dialogue"}
    assert any(row.email is None and row.source == "organiser" for row in registrations)
    assert any(row.state == "address_unconfirmed" and row.hold_until > PRESENT for row in registrations)
    assert {row.email.rpartition(".")[2] for row in registrations if row.email} == {"example"}
    assert all("Muster-" in row.name or "Beispiel-" in row.name for row in registrations)

    full = next(row for row in dialogues if row.slug.startswith("wasserstoff"))
    assert [(row.taken, row.capacity) for row in world.rows(Offer, dialogue_id=full.id)] == [(60, 60)]
    over = {row.id for row in dialogues if row.ends_at <= PRESENT}
    placed = {row.id for row in registrations if row.dialogue_id in over and row.state == "confirmed"}
    expected = sum(row.registration_id in placed for row in world.rows(Participant))
    came = sum(row.dialogue_id in over for row in world.rows(Arrival))
    assert 0.11 < 1 - came / expected < 0.13
    arrived = {row.dialogue_id for row in world.rows(Arrival)}
    assert arrived == {row.id for row in dialogues if row.starts_at <= PRESENT}

    assert sorted(row.state for row in world.rows(Subscription)) == ["active", "active", "ended", "unconfirmed"]
    assert {row.subscription_id for row in world.rows(Mention)} == {
        row.id for row in world.rows(Subscription, state="active")
    }
    tables = Counter(row.table_label for row in world.rows(Participant) if row.table_label)
    assert (tables["Tisch 1"], len(tables) >= 3) == (6, True)

    answers = world.rows(CalendarAnswer)
    assert Counter((row.method, row.partstat, row.verdict) for row in answers) == {
        ("REPLY", "ACCEPTED", "taken"): 3, ("REPLY", "DECLINED", "grace"): 1, ("COUNTER", "TENTATIVE", "passed_on"): 1,
    }  # fmt: skip
    assert all(row.act_at > PRESENT for row in answers if row.verdict == "grace")
    (returned,) = world.rows(Letter, state="needs_attention")
    assert (returned.kind, returned.bounce) == ("confirmation", "hard")
    assert sorted((row.state, row.kind, row.reason) for row in world.rows(InboundMail)) == [
        ("needs_attention", "other", ""), *[("sorted", "answer", verdict) for verdict in ("grace", "passed_on")],
        *[("sorted", "answer", "taken")] * 3, ("sorted", "bounce", "5.1.1"),
    ]  # fmt: skip

    asked = world.rows(Survey)
    changed = [row for row in asked if row.subject == "attitudes"]
    assert sorted(row.answer_count for row in changed) == [22, 22, 22]
    surveys = sorted((row for row in asked if row.questionnaire == "rating"), key=lambda row: row.opens_at)
    assert [row.state for row in surveys] == ["closed", "closed", "closed", "open"]
    assert [row.answer_count for row in surveys[:3]][1] == 4
    assert min(surveys[0].answer_count, surveys[2].answer_count) >= 10
    # One result of each kind: more, no clear change, less, and one that is not shown.
    told = headlines(database, changed)
    assert sorted(line.split()[0] for line in told) == ["Höher:", "Niedriger:", "Vorher"]
    assert "Vorher und nachher: keine klare Änderung" in told
    assert [line for line in told if "Höher:" in line and "Niedriger:" in line] == []
    assert headlines(database, surveys[1:2]) == ["Zu wenige Antworten für ein Ergebnis"]
    assert len(world.rows(AnswerSheet, survey_id=surveys[3].id)) > 0
    assert len(world.rows(SurveyInvitation, survey_id=surveys[3].id, answered=False)) > 0
    learned = {row.state: row for row in world.rows(Insight)}
    assert (sorted(learned), learned["ready"].minutes, bool(learned["draft"].minutes)) == (["draft", "ready"], "", True)
    titles = {row.id: row.title for row in dialogues}
    assert all(row.text.startswith(f"# {titles[row.dialogue_id]}\n") for row in learned.values())


def test_so_many_stay_away_and_chance_says_who() -> None:
    draws = [0.9, 0.1, 0.5, 0.05, 0.7, 0.8, 0.3, 0.6]
    assert lowest(draws, 0.25) == {1, 3}
    assert len(lowest([number / 100 for number in range(100)], NO_SHOWS)) == 12
    assert lowest([0.1], NO_SHOWS) == set()


def test_what_the_demo_shows_is_drawn() -> None:
    """An unknown picture would be an empty one, an unknown logo the neutral one."""
    drawn = environment().get_template("macros/pictures.html").module
    scripts = [texts.BUS_NIGHT, texts.SAFETY, texts.HYDROGEN, texts.HOW_CLOSE, texts.BREAKFAST, texts.WORKS_COUNCILS]
    scripts += [*(script for script, _wanted in demo.REGIONAL), *demo.ANNOUNCED]
    pictures = {script.value.picture or FORMATS[script.value.format_code].picture for script in scripts}
    assert len({str(drawn.werkbild(kind, wide=True)) for kind in pictures}) == len(scripts) == 20
    # What organisers may choose is all of it.
    offered = {str(drawn.werkbild(kind)) for kind in PICTURE_LABELS}
    assert (len(offered), pictures - PICTURE_LABELS.keys()) == (len(PICTURE_LABELS), set())
    assert min(map(len, offered)) > 500
    logos = [script.begin.logo for script in demo.INITIATIVES + demo.REGIONS]
    assert len({str(drawn.logo(kind)) for kind in [*logos, ""]}) == len(logos) + 1 == 21


def test_the_large_demo_keeps_every_promise(database: Database, world: World) -> None:
    told: list[str] = []
    with database.write(wide("figures")) as session:
        demo.network.ensure_operator(session, now=PRESENT)
    assert large.standing(database) == ""
    large.make(database, PRESENT, told.append, initiatives=3, dialogues=20, registrations=20)
    assert large.standing(database) == "whole"
    assert found(database, PRESENT) == []
    assert Counter(row.state for row in world.rows(Dialogue)) == {"published": 20}
    assert len(world.rows(Initiative)) == 4
    assert Counter(row.source for row in world.rows(Registration)) == {"organiser": 18, "web": 2}
    assert told[-1] == "0 of 20 registrations in one dialogue ..."


def test_a_second_call_changes_nothing(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with database.write(wide("figures")) as session:
        demo.network.ensure_operator(session, now=NOW)
        session.flush()
        demo.audit(
            session, initiative_id=demo.OPERATOR_INITIATIVE_ID, actor="system", action=demo.DONE,
            object_kind="initiative", object_id=demo.OPERATOR_INITIATIVE_ID, now=NOW,
        )  # fmt: skip
    assert cli.main(["seed", "demo"]) == 0
    assert capsys.readouterr().out == "The demo data are there already.\n"


def test_half_a_demo_is_not_taken_for_a_whole_one(
    database: Database, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.initiative("dialogverbund-ems")
    assert cli.main(["seed", "demo"]) == 1
    assert "interrupted" in capsys.readouterr().err


# --- described states ---


def day(offset: int, hour: int) -> str:
    return (NOW + timedelta(days=offset)).strftime(f"%Y-%m-%dT{hour:02}:00")


def described_state() -> dict[str, Any]:
    return {
        "initiatives": [{"slug": "ems", "name": "Dialogverbund Ems (fiktiv)", "land": "NI"}],
        "people": [
            {"email": "desk@servicestelle.example", "desk": True},
            {"email": "anna@ems.example", "name": "Anna Muster", "roles": [{"initiative": "ems", "role": "owner"}]},
            {"email": "ben@ems.example", "roles": [{"initiative": "ems", "role": "helper"}]},
        ],
        "dialogues": [
            {
                "slug": "werkstatt", "initiative": "ems", "title": "Werkstatt", "start": day(20, 17),
                "end": day(20, 19), "zone": "Europe/Berlin", "place": "Haus", "state": "published",
                "offers": [{"key": "saal", "capacity": 4}, {"key": "netz", "capacity": None}],
            },
            {
                "slug": "damals", "initiative": "ems", "title": "Damals", "start": day(-5, 17), "end": day(-5, 19),
                "state": "held",
            },
            {"slug": "faellt-aus", "initiative": "ems", "title": "Aus", "start": day(30, 17), "end": day(30, 19),
             "state": "cancelled", "cancel_reason": "Sturm."},
            {"slug": "entwurf", "initiative": "ems", "title": "Entwurf", "start": day(30, 17), "end": day(30, 19),
             "state": "draft", "repetition": "FREQ=WEEKLY;COUNT=3",
             "dates": [{"date": day(37, 17), "start": day(38, 17), "end": day(38, 19)}, {"date": day(44, 17)}]},
        ],
        "registrations": [
            {"key": "w", "dialogue": "werkstatt", "email": "w@post.example", "participants": ["W Muster"],
             "offers": ["saal"], "state": "waiting"},
            {"key": "c", "dialogue": "werkstatt", "email": "c@post.example", "participants": ["C Muster", "D Muster"],
             "offers": ["saal"], "state": "confirmed"},
            {"key": "o", "dialogue": "werkstatt", "email": "o@post.example", "participants": ["O Muster", "P Muster"],
             "offers": ["saal"], "state": "offered"},
            {"key": "n", "dialogue": "werkstatt", "email": "n@post.example", "participants": ["N Muster"],
             "offers": ["netz"], "state": "address_unconfirmed"},
            {"key": "d", "dialogue": "werkstatt", "email": "d@post.example", "offers": ["saal"], "name": "D Muster",
             "state": "declined"},
            {"key": "x", "dialogue": "werkstatt", "email": "x@post.example", "participants": ["X Muster"],
             "offers": ["netz"], "state": "expired"},
            {"key": "k", "dialogue": "werkstatt", "participants": ["Ohne Adresse Muster"], "offers": ["netz"],
             "state": "cancelled"},
            {"key": "a", "dialogue": "damals", "email": "a@post.example", "participants": ["A Muster"], "arrived": True},
        ],
        "answers": [{"dialogue": "damals", "stars": 4, "heard": 5, "critical": None, "text": "Gut."}],
    }  # fmt: skip


def test_a_described_state_is_put_in_place_once(database: Database, world: World, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps(described_state()), encoding="utf-8")
    state = described.read(path)
    assert described.put(database, state, NOW) == {
        "initiatives": 1, "people": 2, "dialogues": 4, "registrations": 8, "answers": 1,
    }  # fmt: skip
    assert found(database, NOW) == []
    assert {row.slug: row.state for row in world.rows(Dialogue)} == {
        "werkstatt": "published", "damals": "held", "faellt-aus": "cancelled", "entwurf": "draft",
    }  # fmt: skip
    assert {row.email: row.state for row in world.rows(Registration)} == {
        "w@post.example": "waiting", "c@post.example": "confirmed", "o@post.example": "offered",
        "n@post.example": "address_unconfirmed", "d@post.example": "declined", "x@post.example": "expired",
        None: "cancelled", "a@post.example": "confirmed",
    }  # fmt: skip
    assert sorted((row.start, row.state) for row in world.rows(DialogueDate)) == [
        (day(30, 17), "planned"), (day(38, 17), "planned"), (day(44, 17), "dropped"),
    ]  # fmt: skip
    (sheet,) = world.rows(AnswerSheet)
    assert sheet.answers["stars"] == 4
    assert described.put(database, state, NOW) == {}
    assert len(world.rows(Registration)) == 8


def test_a_described_state_is_whole_or_nothing(database: Database, world: World) -> None:
    state = described_state()
    state["registrations"][1]["participants"] = ["A Muster", "B Muster", "C Muster", "D Muster"]
    with pytest.raises(described.Faulty) as refused:
        described.put(database, state, NOW)
    assert refused.value.faults == (
        "$.registrations[2]: it came out as waiting, not offered: there are not enough free seats to offer",
    )
    assert world.rows(Initiative) == []


def test_the_schema_is_one_and_the_example_fits() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    described.check(described_state())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"persons": []}, "$: Additional properties are not allowed ('persons' was unexpected)"),
        ({"initiatives": [{"slug": "x1", "name": "X", "land": "ZZ"}]}, "$.initiatives[0].land: 'ZZ' is not one of"),
        (
            {"people": [{"email": "a@b.example"}, {"email": "a@b.example"}]},
            "$.people: email 'a@b.example' stands twice",
        ),
        (
            {
                "dialogues": [
                    {"slug": "a1", "initiative": "x", "title": "A", "start": "morgen", "end": "2027-01-01T10:00"}
                ]
            },
            "$.dialogues[0].initiative: 'x' is too short",
        ),
        # The pages offer the zones for which calendars can be written; a description may not know others.
        (
            {
                "dialogues": [
                    {
                        "slug": "a1",
                        "initiative": "xx",
                        "title": "A",
                        "zone": "America/New_York",
                        "start": "2027-01-01T09:00",
                        "end": "2027-01-01T10:00",
                    }
                ]
            },
            "$.dialogues[0].zone: 'America/New_York' is not one of",
        ),
    ],
)
def test_faults_are_told_with_their_path(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(described.Faulty) as refused:
        described.check(change)
    assert refused.value.faults[0].startswith(fault)


def test_a_faulty_file_is_refused_on_the_command_line(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "state.json"
    path.write_text("{", encoding="utf-8")
    assert cli.main(["seed", str(path)]) == 1
    assert "not JSON" in capsys.readouterr().err
    state = described_state()
    # Clocks jump over this hour.
    state["dialogues"][0] |= {"start": "2027-03-28T02:30", "end": "2027-03-28T05:00"}
    path.write_text(json.dumps(state), encoding="utf-8")
    assert cli.main(["seed", str(path)]) == 1
    assert capsys.readouterr().err == ("$.dialogues[0]: 2027-03-28 02:30 does not exist in Europe/Berlin.\n")
    assert cli.main(["seed", str(tmp_path / "none.json")]) == 1
    assert cli.main(["seed"]) == 2


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOGWERK_ENV", "test")
    assert cli.main(["seed", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA
