"""A registration for all dates of a dialogue: its letters, its calendar entry, its answers and reminders."""

from datetime import UTC, datetime, timedelta
from typing import Any

from checkin.duty import duty_entry
from checkin.models import DoorLink
from checkin.routes.gates import other_day_of
from events import compose, date_operations, date_queries, feeds
from events import operations as events
from events.models import Dialogue
from kit.db import within
from kit.ical_lint import lint
from kit.ids import new_id
from mail.models import Letter
from network.models import Initiative
from registration import answer_queries, operations
from registration.answer_pages import answer_rows
from registration.attachments import make_invitation, make_ticket
from registration.models import CalendarAnswer, Participant, Registration
from registration.operations import answers, mailings, sweeps
from registration.operations.answers import meant
from registration.own_calendar import own_entry
from registration.routes import own
from tests.conftest import NOW, World
from tests.registration.replies import reply
from tests.registration.test_reminders import reminded, sweep

HOUR = timedelta(hours=1)
RULE = "FREQ=MONTHLY;COUNT=4;BYDAY=3TH"
APRIL, MAY, JUNE = "2027-04-15T07:45", "2027-05-20T07:45", "2027-06-17T07:45"


def breakfast(world: World, **values: Any) -> Dialogue:
    """Every third Thursday from March to June."""
    series = {"title": "Frühstück", "start": "2027-03-18T07:45", "end": "2027-03-18T09:15", "repetition": RULE}
    dialogue: Dialogue = world.dialogue(**(series | values))
    return dialogue


def change(world: World, dialogue: Dialogue) -> None:
    """May is moved, April is dropped."""

    def work(session: Any) -> None:
        told: dict[str, Any] = {
            "dialogue": session.get_one(Dialogue, dialogue.id),
            "actor": "person:test",
            "now": NOW + HOUR,
        }
        date_operations.move_date(session, recurrence_id=MAY, start="2027-05-21T08:00", end="2027-05-21T09:30", **told)
        date_operations.drop_date(session, recurrence_id=APRIL, **told)

    world.within(dialogue, work)


def entry_of(letter: Letter) -> str:
    """The calendar file of a letter, unfolded; our lint let it out."""
    (data,) = [entry["data"] for entry in letter.attachments if entry["key"] == "invitation"]
    return make_invitation(data).content.decode().replace("\r\n ", "")


def test_one_letter_names_what_changed_and_carries_the_whole_entry(world: World) -> None:
    dialogue = breakfast(world)
    guest = world.confirm(world.sign_up(dialogue))
    (first,) = world.rows(Letter, registration_id=guest.id, kind="confirmation")
    assert "Jeden dritten Donnerstag im Monat: 4 Termine" in first.text
    assert "Donnerstag, 15. April 2027, 07:45 bis 09:15 Uhr" in first.text
    assert entry_of(first).count("BEGIN:VEVENT") == 1
    assert f"RRULE:{RULE}\r\n" in entry_of(first)
    change(world, dialogue)
    for _time in range(2):
        sweeps.announce_changes(world.database, NOW + 2 * HOUR)
    (letter,) = world.rows(Letter, registration_id=guest.id, kind="change")
    text = " ".join(letter.text.split())
    assert "Der Termin am Donnerstag, 15. April 2027, 07:45 Uhr fällt aus." in text
    assert (
        "Der Termin vom Donnerstag, 20. Mai 2027, 07:45 Uhr ist verlegt. Neu: Freitag, 21. Mai 2027, 08:00 bis 09:30 Uhr."
        in text
    )
    entry = entry_of(letter)
    uid = entry_of(first).split("UID:")[1].split("\r\n")[0]
    assert entry.count(f"UID:{uid}\r\n") == entry.count("SEQUENCE:1\r\n") == entry.count("ATTENDEE;") == 2
    assert "EXDATE;TZID=Europe/Berlin:20270415T074500\r\n" in entry
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20270520T074500\r\n" in entry
    assert "DTSTART;TZID=Europe/Berlin:20270521T080000\r\n" in entry


def test_a_later_change_names_only_itself(world: World) -> None:
    dialogue = breakfast(world)
    guest = world.confirm(world.sign_up(dialogue))
    change(world, dialogue)
    sweeps.announce_changes(world.database, NOW + 2 * HOUR)

    def work(session: Any) -> None:
        row = session.get_one(Dialogue, dialogue.id)
        date_operations.drop_date(session, dialogue=row, recurrence_id=JUNE, actor="person:test", now=NOW + 3 * HOUR)

    world.within(dialogue, work)
    sweeps.announce_changes(world.database, NOW + 4 * HOUR)
    _first, second = sorted(world.rows(Letter, registration_id=guest.id, kind="change"), key=lambda row: row.dedupe_key)
    text = " ".join(second.text.split())
    assert "Der Termin am Donnerstag, 17. Juni 2027, 07:45 Uhr fällt aus." in text
    assert "ist verlegt. Neu" not in text


def test_the_whole_is_withdrawn_without_single_dates(world: World) -> None:
    dialogue = breakfast(world)
    guest = world.confirm(world.sign_up(dialogue))
    change(world, dialogue)
    world.within(
        dialogue,
        lambda session: events.cancel(
            session,
            dialogue=session.get_one(Dialogue, dialogue.id),
            reason="Werk zu",
            actor="person:test",
            now=NOW + HOUR,
        ),
    )
    sweeps.announce_changes(world.database, NOW + 2 * HOUR)
    (letter,) = world.rows(Letter, registration_id=guest.id, kind="cancellation")
    entry = entry_of(letter)
    assert "METHOD:CANCEL" in entry
    assert entry.count("BEGIN:VEVENT") == entry.count("STATUS:CANCELLED") == 1
    assert "RECURRENCE-ID" not in entry


def test_every_calendar_of_it_repeats(world: World) -> None:
    dialogue = breakfast(world, admission="07:30")
    guest = world.confirm(world.sign_up(dialogue))
    change(world, dialogue)

    def work(session: Any) -> list[feeds.FeedEntry | None]:
        row, registration = session.get_one(Dialogue, dialogue.id), session.get_one(Registration, guest.id)
        dates = date_queries.dates_of(session, row)
        initiative = session.get_one(Initiative, row.initiative_id)
        link = DoorLink(initiative_id=row.initiative_id, id="door", dialogue_id=row.id, name="Tor", created_at=NOW)
        return [
            compose.feed_entry(row, initiative, dates),
            compose.team_entry(row, initiative, dates, part="einlass"),
            own_entry(session, registration),
            duty_entry(link, row, dates),
        ]

    found = world.within(dialogue, work)
    for entry in found:
        data = feeds.single(entry)
        assert lint(data) == []
        assert (data.count(b"BEGIN:VEVENT"), data.count(b"RRULE:FREQ=MONTHLY"), data.count(b"EXDATE")) == (2, 1, 1)
    duty = feeds.single(found[-1]).decode()
    for line in ("DTSTART;TZID=Europe/Berlin:20270318T073000", "EXDATE;TZID=Europe/Berlin:20270415T073000"):
        assert line in duty
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20270520T073000" in duty


def test_an_answer_to_one_date_is_a_note(world: World) -> None:
    dialogue = breakfast(world)
    guest = world.confirm(world.sign_up(dialogue))
    before = len(world.rows(Letter))
    assert reply(world, guest, "DECLINED", recurrence_id="20270415T054500Z") == "one_date"
    (answer,) = world.rows(CalendarAnswer)
    assert (answer.recurrence_id, answer.partstat, answer.act_at) == (APRIL, "DECLINED", None)
    assert (world.again(guest).state, len(world.rows(Letter))) == ("confirmed", before)
    single = world.confirm(world.sign_up(world.dialogue()))
    assert reply(world, single, "DECLINED", recurrence_id="20270415T054500Z") == "one_date"
    assert [row.recurrence_id for row in world.rows(CalendarAnswer, registration_id=single.id)] == [""]


def test_a_running_series_is_given_back_until_its_last_date_begins(world: World) -> None:
    """March has been; June is the last. Who came once keeps the place."""
    dialogue = breakfast(world)
    early, late, there = (world.confirm(world.sign_up(dialogue)) for _person in range(3))
    april, june = datetime(2027, 4, 1, 12, tzinfo=UTC), datetime(2027, 6, 17, 5, 45, tzinfo=UTC)
    assert reply(world, early, now=april, stamp=april) == "grace"
    assert answers.free_declined(world.database, april + HOUR) == 1
    assert (world.again(early).state, world.again(late).state) == ("cancelled", "confirmed")
    (person,) = world.rows(Participant, registration_id=there.id)
    told: dict[str, Any] = {"arrival_id": "a" * 16, "device": "", "actor": "person:test"}
    world.within(there, lambda session: operations.arrive(session, participant=person, now=NOW, **told))
    assert reply(world, there, now=april, stamp=april) == "taken"
    assert reply(world, late, now=june - HOUR / 2, stamp=june - HOUR) == "taken"
    single = world.confirm(world.sign_up(breakfast(world, title="Anderes Frühstück")))
    assert reply(world, single, now=june - HOUR, stamp=june - HOUR) == "grace"
    assert answers.free_declined(world.database, june) == 1
    assert (world.again(single).state, world.again(late).state) == ("confirmed", "confirmed")


def test_one_mail_answers_several_single_dates_and_all_are_shown(world: World) -> None:
    guest = world.confirm(world.sign_up(breakfast(world)))
    said = {
        "20270415T054500Z": "DECLINED",
        "20270520T074500": "ACCEPTED",
        "20270415T074500": "TENTATIVE",
        "": "ACCEPTED",
    }
    mail = new_id()
    verdicts = [reply(world, guest, what, recurrence_id=date, inbound_id=mail) for date, what in said.items()]
    # The third one is about the same date as the first, the last about all.
    assert verdicts == ["one_date", "one_date", "double", "taken"]
    again = [reply(world, guest, what, recurrence_id=date, inbound_id=mail) for date, what in said.items()]
    assert again == ["double"] * 4
    with world.database.read(within(guest.initiative_id)) as session:
        rows = answer_rows(answer_queries.answers_of(session, guest.id), "Europe/Berlin")
    assert [(row.sign.text, row.words) for row in rows] == [
        ("zugesagt", ""),
        ("abgesagt", "Nur zum Termin am Donnerstag, 15. April 2027, 07:45 Uhr. Der Platz bleibt für alle Termine."),
        ("zugesagt", "Nur zum Termin am Donnerstag, 20. Mai 2027, 07:45 Uhr. Der Platz bleibt für alle Termine."),
    ]


def test_a_date_is_found_however_it_is_written(world: World) -> None:
    dialogue = breakfast(world)

    def of(session: Any) -> Any:
        return date_queries.dates_of(session, session.get_one(Dialogue, dialogue.id))

    def named(session: Any) -> list[str]:
        dates = of(session)
        return [
            meant(written, dates, "Europe/Berlin")
            for written in (
                "20270415T054500Z",
                "20270415T074500",
                "20270415",
                "20270416",
                "20270415T064500",
                "x",
                "",
                "2027Z",
                "99991231T235959Z",
                "00010101T000000Z",
            )
        ]

    assert world.within(dialogue, named) == [APRIL, APRIL, APRIL, *[""] * 7]
    # No clock shows these beginnings of the year 1 and ends of the year 9999.
    assert meant("00010101T000000Z", world.within(dialogue, of), "America/New_York") == ""


def test_the_door_knows_each_day(world: World) -> None:
    dialogue = breakfast(world)
    change(world, dialogue)

    def said(session: Any) -> list[str]:
        row = session.get_one(Dialogue, dialogue.id)
        dates = date_queries.dates_of(session, row)
        days = [(3, 17), (3, 18), (4, 15), (5, 20), (5, 21), (6, 18)]
        return [
            other_day_of(row, dates, datetime(2027, month, day, 8, tzinfo=UTC)).rpartition("am ")[2]
            for month, day in days
        ]

    assert world.within(dialogue, said) == [
        "18. März 2027.", "", "21. Mai 2027.", "21. Mai 2027.", "", "17. Juni 2027.",
    ]  # fmt: skip


def test_a_reminder_before_each_date_once(world: World) -> None:
    dialogue = breakfast(world, admission="17:30", latest_entry="07:50")
    world.confirm(world.sign_up(dialogue, "ada@post.example"))
    change(world, dialogue)
    sweeps.announce_changes(world.database, NOW + 2 * HOUR)
    due = [datetime(2027, 3, 17, 6, 45, tzinfo=UTC), datetime(2027, 5, 20, 6, 0, tzinfo=UTC)]
    counts = []
    for moment in (due[0], datetime(2027, 4, 14, 5, 45, tzinfo=UTC), due[1], datetime(2027, 6, 16, 5, 45, tzinfo=UTC)):
        sweep(world, moment)
        counts.append(len(reminded(world)))
    assert counts == [1, 1, 2, 3]
    texts = sorted(row.text for row in world.rows(Letter, kind="reminder"))
    assert sum("Freitag, 21. Mai 2027, 08:00 Uhr" in text for text in texts) == 1
    # The moved one begins at 08:00, so its reminder leaves out both.
    (moved,) = [text for text in texts if "Freitag, 21. Mai 2027, 08:00 Uhr" in text]
    assert "Einlass" not in moved.split("Wann")[1].split("Referenz")[0]
    assert sum("Einlass ab 17:30" in text for text in texts) == 2
    assert mailings.planned_for("2027-05-21T08:00") == "2027-05-20T08:00"


def test_dates_on_two_days_running_have_a_reminder_each(world: World) -> None:
    """Also where the worker comes half a minute after each was due."""
    dialogue = breakfast(world)
    world.confirm(world.sign_up(dialogue, "ada@post.example"))

    def work(session: Any) -> None:
        row = session.get_one(Dialogue, dialogue.id)
        told: dict[str, Any] = {"start": "2027-05-19T07:45", "end": "2027-05-19T09:15", "actor": "person:test"}
        date_operations.move_date(session, dialogue=row, recurrence_id=APRIL, now=NOW + HOUR, **told)

    world.within(dialogue, work)
    sweeps.announce_changes(world.database, NOW + 2 * HOUR)
    for day in (18, 19):
        sweep(world, datetime(2027, 5, day, 5, 45, 30, tzinfo=UTC))
    texts = [row.text for row in world.rows(Letter, kind="reminder")]
    assert [sum(f"{day}. Mai 2027, 07:45 Uhr" in text for text in texts) for day in (19, 20)] == [1, 1]


def test_nobody_waits_longer_than_until_the_first_date(world: World) -> None:
    dialogue = breakfast(world, capacity=1, list_deadline="2027-03-18T07:45")
    world.confirm(world.sign_up(dialogue))
    waits = world.confirm(world.sign_up(dialogue))
    told: dict[str, Any] = {"recurrence_id": "2027-03-18T07:45", "actor": "person:test", "now": NOW + HOUR}
    world.within(
        dialogue,
        lambda session: date_operations.move_date(
            session, dialogue=dialogue, start="2027-03-15T07:45", end="2027-03-15T09:15", **told
        ),
    )
    assert sweeps.end_lists(world.database, datetime(2027, 3, 15, 6, 44, tzinfo=UTC)) == 0
    assert sweeps.end_lists(world.database, datetime(2027, 3, 16, 6, 45, tzinfo=UTC)) == 1
    assert (world.again(waits).state, world.again(waits).cancel_reason) == ("expired", "no_seat")


def test_the_ticket_names_the_dates(world: World) -> None:
    guest = world.confirm(world.sign_up(breakfast(world)))
    (letter,) = world.rows(Letter, registration_id=guest.id, kind="confirmation")
    (data,) = [entry["data"] for entry in letter.attachments if entry["key"] == "ticket"]
    assert data["dates"][0] == "Jeden dritten Donnerstag im Monat: 4 Termine"
    assert len(data["dates"]) == 5
    long = world.confirm(world.sign_up(breakfast(world, repetition="FREQ=WEEKLY;COUNT=52")))
    (letter,) = world.rows(Letter, registration_id=long.id, kind="confirmation")
    (data,) = [entry["data"] for entry in letter.attachments if entry["key"] == "ticket"]
    assert data["dates"][2] == "Letzter Termin: Donnerstag, 9. März 2028, 07:45 bis 09:15 Uhr"
    assert make_ticket(data).content.startswith(b"%PDF")


def test_the_own_page_names_the_next_date_as_its_step(world: World) -> None:
    dialogue, april = breakfast(world), datetime(2027, 4, 15, 7, 45)
    guest = Registration(created_at=NOW)
    (*_done, step) = own._steps(guest, dialogue, (), april, datetime(2027, 3, 20, tzinfo=UTC))
    assert (step.kind, step.at, step.state) == ("event", april, "open")
