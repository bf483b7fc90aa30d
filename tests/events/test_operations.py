"""What organisers do with dialogues, on a real database."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from events import operations, queries
from events.models import Dialogue, Offer, ProgrammeItem
from events.rules import Line, OfferValue
from kit.db import Database, wide, within
from kit.journal import Audit
from kit.zones import NoSuchTime
from network.models import Initiative
from network.operations import InitiativeTexts
from tests.events.conftest import NOW, SEATS, VALUE

Make = Callable[..., Dialogue]
OWN = within("initiative000000")


def change(database: Database, dialogue: Dialogue, **changes: object) -> operations.Change:
    value = replace(VALUE, **changes)
    with database.write(OWN) as session:
        return operations.change_dialogue(session, dialogue=dialogue, value=value, actor="person:test", now=NOW)


def stored(database: Database, dialogue: Dialogue) -> Dialogue:
    with database.read(OWN) as session:
        return session.exec(select(Dialogue).where(Dialogue.id == dialogue.id)).one()


def audited(database: Database) -> list[str]:
    with database.read(wide("figures")) as session:
        return list(session.exec(select(Audit.action).order_by(Audit.at, Audit.action)).all())


def test_wall_time_and_zone_are_the_truth(database: Database, make: Make) -> None:
    winter = make(publish=False)
    summer = make(replace(VALUE, start="2027-07-01T17:00", end="2027-07-01T18:00"), publish=False)
    lisbon = make(replace(VALUE, zone="Europe/Lisbon"), publish=False)
    assert stored(database, winter).starts_at == datetime(2027, 3, 4, 16, 0, tzinfo=UTC)
    assert stored(database, summer).starts_at == datetime(2027, 7, 1, 15, 0, tzinfo=UTC)
    assert stored(database, lisbon).starts_at == datetime(2027, 3, 4, 17, 0, tzinfo=UTC)


def test_a_time_in_the_gap_is_refused(database: Database, make: Make) -> None:
    with pytest.raises(NoSuchTime):
        make(replace(VALUE, start="2027-03-28T02:30"))
    assert audited(database) == []


def test_addresses_are_unique_across_initiatives(make: Make) -> None:
    slugs = [make(initiative=number % 2).slug for number in range(7)]
    assert slugs[:5] == ["werkstatt-waermenetz", *(f"werkstatt-waermenetz-{number}" for number in range(2, 6))]
    assert len(set(slugs)) == 7


def test_an_address_follows_the_title_until_publication(database: Database, make: Make) -> None:
    draft, public = (
        make(replace(VALUE, title="Erster Titel"), publish=False),
        make(replace(VALUE, title="Zweiter Titel")),
    )
    change(database, draft, title="Neu eins")
    change(database, public, title="Neu zwei")
    assert [stored(database, row).slug for row in (draft, public)] == ["neu-eins", "zweiter-titel"]


def test_a_renamed_initiative_is_found_under_its_new_name_alone(database: Database, make: Make) -> None:
    mine, _other = make(), make(initiative=1)

    def found(words: str) -> list[str]:
        with database.read(wide("figures")) as session:
            page = queries.published_page(session, queries.Search(words=words), now=NOW)
            return [row.dialogue.id for row in page.rows]

    before = stored(database, mine)
    assert (found("dialogverbund"), found("müllerkreis")) == ([mine.id], [])
    with database.write(OWN) as session:
        row = session.get_one(Initiative, mine.initiative_id)
        kept = {field.name: getattr(row, field.name) for field in fields(InitiativeTexts)}
        value = InitiativeTexts(**kept | {"name": "Müllerkreis (fiktiv)"})
        assert operations.change_initiative(session, initiative=row, value=value, actor="person:test", now=NOW)
    assert (found("dialogverbund"), found("muellerkreis"), found("wärmenetz muller")) == ([], [mine.id], [mine.id])
    # It is no news for anybody who is registered.
    assert before.model_dump(exclude={"search_text"}) == stored(database, mine).model_dump(exclude={"search_text"})


def test_saving_without_a_change_does_nothing(database: Database, make: Make) -> None:
    dialogue = make()
    before = stored(database, dialogue), audited(database)
    with database.write(OWN) as session:
        done = operations.change_dialogue(
            session, dialogue=dialogue, value=VALUE, offers=SEATS, programme=[], actor="person:test", now=NOW
        )
    assert not done
    assert (stored(database, dialogue), audited(database)) == before


@pytest.mark.parametrize(
    ("changes", "calendar"),
    [
        ({"lead": "Anders"}, False),
        ({"bring": "Feste Schuhe", "cost": "5 Euro"}, False),
        ({"title": "Neuer Titel"}, True),
        ({"start": "2027-03-04T18:00"}, True),
        ({"end": "2027-03-04T22:00"}, True),
        ({"zone": "Europe/Lisbon"}, True),
        ({"place": "Andere Halle"}, True),
        ({"online": True, "online_link": "https://treffen.example/raum"}, True),
        ({"registration_closes": "2027-03-01T12:00"}, False),
        ({"coordinates": "52.27264,7.44219"}, False),
        ({"series": "Abende am Kanal"}, False),
    ],
)
def test_a_change_moves_the_version_and_calendars_only_when_they_must_learn(
    database: Database, make: Make, changes: dict[str, object], calendar: bool
) -> None:
    dialogue = make()
    before = stored(database, dialogue)
    done = change(database, dialogue, **changes)
    after = stored(database, dialogue)
    assert done.calendar is calendar
    assert after.version == before.version + 1
    assert after.calendar_sequence == before.calendar_sequence + (1 if calendar else 0)
    assert audited(database).count("dialogue.change") == 1


def test_a_draft_has_no_calendar_to_move(database: Database, make: Make) -> None:
    dialogue = make(publish=False)
    change(database, dialogue, start="2027-03-04T18:00")
    assert stored(database, dialogue).calendar_sequence == 0


def test_the_second_of_two_forms_is_told(database: Database, make: Make) -> None:
    dialogue = make()
    opened_with = dialogue.version
    change(database, dialogue, lead="Zuerst")
    with pytest.raises(operations.ChangedMeanwhile), database.write(OWN) as session:
        operations.change_dialogue(
            session, dialogue=dialogue, value=VALUE, version=opened_with, actor="person:test", now=NOW
        )
    assert stored(database, dialogue).lead == "Zuerst"


def test_capacity_never_falls_below_what_is_taken(database: Database, make: Make) -> None:
    dialogue = make()
    with database.write(OWN) as session:
        session.exec(select(Offer)).one().taken = 41
    for seats in (40, 0):
        with pytest.raises(operations.BelowTaken) as refusal, database.write(OWN) as session:
            operations.set_offers(
                session, dialogue=dialogue, offers=[OfferValue("dialog", seats)], actor="person:test", now=NOW
            )
        assert refusal.value.sentence.startswith("41 Plätze sind schon vergeben.")
    with pytest.raises(operations.OfferInUse), database.write(OWN) as session:
        operations.set_offers(session, dialogue=dialogue, offers=[], actor="person:test", now=NOW)
    with database.write(OWN) as session:
        assert operations.set_offers(
            session, dialogue=dialogue, offers=[OfferValue("dialog", 41)], actor="person:test", now=NOW
        )
    with database.read(OWN) as session:
        assert session.exec(select(Offer.capacity)).one() == 41
    assert stored(database, dialogue).calendar_sequence == 0


def test_offers_with_own_times(database: Database, make: Make) -> None:
    dialogue = make(
        offers=[
            OfferValue("a", 15, "Rundgang 1", start="2027-03-04T17:00", end="2027-03-04T17:45"),
            OfferValue("b", None, "Offene Halle"),
        ]
    )
    moved = [
        OfferValue("b", None, "Offene Halle"),
        OfferValue("a", 15, "Rundgang 1", start="2027-03-04T18:00", end="2027-03-04T18:45"),
    ]
    with database.write(OWN) as session:
        done = operations.set_offers(session, dialogue=dialogue, offers=moved, actor="person:test", now=NOW)
    assert done.calendar
    with database.read(OWN) as session:
        rows = queries.offers_of(session, dialogue.id)
        assert [(row.key, row.capacity, row.starts_at) for row in rows] == [
            ("b", None, None),
            ("a", 15, datetime(2027, 3, 4, 17, 0, tzinfo=UTC)),
        ]


def test_an_offer_never_ends_before_it_begins(database: Database, make: Make) -> None:
    dialogue = make(offers=[OfferValue("a", 15, "Rundgang", start="2027-03-04T19:00")])
    with pytest.raises(operations.OfferTimes, match="„Rundgang“ beginnt um 19:00 und endet um 18:30"):
        change(database, dialogue, end="2027-03-04T18:30")
    with pytest.raises(operations.OfferTimes, match="„Rundgang“ beginnt erst"), database.write(OWN) as session:
        late = [OfferValue("a", 15, "Rundgang", start="2027-03-05T19:00", end="2027-03-05T20:00")]
        operations.set_offers(session, dialogue=dialogue, offers=late, actor="person:test", now=NOW)


def test_programme_is_replaced_whole(database: Database, make: Make) -> None:
    dialogue = make()
    lines = [Line("17:00", "Ankommen"), Line("17:20", "Welt-Café", "drei Runden")]
    for wanted in (lines, lines, lines[1:]):
        with database.write(OWN) as session:
            operations.change_dialogue(
                session, dialogue=dialogue, value=VALUE, programme=wanted, actor="person:test", now=NOW
            )
        with database.read(OWN) as session:
            rows = session.exec(select(ProgrammeItem).order_by(ProgrammeItem.position)).all()
            assert [Line(row.time, row.title, row.text) for row in rows] == wanted
    assert audited(database).count("dialogue.change") == 2


def test_publication(database: Database, make: Make) -> None:
    dialogue = make()
    with database.write(OWN) as session:
        operations.publish(session, dialogue=dialogue, actor="person:test", now=NOW)
    assert stored(database, dialogue).state == "published"
    assert audited(database) == ["dialogue.create", "dialogue.publish"]
    past = make(publish=False)
    with pytest.raises(operations.NotReady), database.write(OWN) as session:
        operations.publish(session, dialogue=past, actor="person:test", now=NOW + timedelta(days=90))
    without = make(offers=[], publish=False)
    with pytest.raises(operations.NotReady), database.write(OWN) as session:
        operations.publish(session, dialogue=without, actor="person:test", now=NOW)


def test_postponed_until_a_new_date(database: Database, make: Make) -> None:
    dialogue = make()
    for _twice in range(2):
        with database.write(OWN) as session:
            operations.postpone(session, dialogue=dialogue, reason="Streik", actor="person:test", now=NOW)
    row = stored(database, dialogue)
    assert (row.state, row.cancel_reason, row.calendar_sequence) == ("postponed", "Streik", 1)
    change(database, dialogue, lead="Neuer Text")
    assert stored(database, dialogue).state == "postponed"
    change(database, dialogue, lead="Neuer Text", start="2027-04-01T17:00", end="2027-04-01T21:00")
    row = stored(database, dialogue)
    assert (row.state, row.cancel_reason, row.calendar_sequence) == ("published", "", 2)


def test_cancelled_is_the_end(database: Database, make: Make) -> None:
    dialogue = make()
    for _twice in range(2):
        with database.write(OWN) as session:
            operations.cancel(session, dialogue=dialogue, reason="Zu wenige Gäste", actor="person:test", now=NOW)
    row = stored(database, dialogue)
    assert (row.state, row.cancel_reason, row.calendar_sequence) == ("cancelled", "Zu wenige Gäste", 1)
    with pytest.raises(operations.NotInThisState):
        change(database, dialogue, lead="Doch")
    for verb in (operations.publish, operations.postpone):
        with pytest.raises(operations.NotInThisState), database.write(OWN) as session:
            verb(session, dialogue=dialogue, actor="person:test", now=NOW)
    assert audited(database).count("dialogue.cancel") == 1


def test_drafts_and_past_dialogues_are_not_cancelled(database: Database, make: Make) -> None:
    draft, public = make(publish=False), make()
    later = NOW + timedelta(days=90)
    for dialogue, now in ((draft, NOW), (public, later)):
        with pytest.raises(operations.NotInThisState), database.write(OWN) as session:
            operations.cancel(session, dialogue=dialogue, reason="x", actor="person:test", now=now)


def test_what_is_over_is_held_then_closed(database: Database, make: Make) -> None:
    published, draft, cancelled = make(), make(publish=False), make(initiative=1)
    with database.write(within("initiative000001")) as session:
        operations.cancel(session, dialogue=cancelled, reason="x", actor="person:test", now=NOW)
    end = stored(database, published).ends_at
    for now, expected, count in (
        (end - timedelta(seconds=1), "published", 0),
        (end, "held", 1),
        (end + timedelta(days=30), "closed", 1),
        (end + timedelta(days=60), "closed", 0),
    ):
        with database.write(wide("sweep")) as session:
            assert operations.close_past(session, now=now) == count
        assert stored(database, published).state == expected
    assert stored(database, draft).state == "draft"
    assert audited(database)[-2:] == ["dialogue.held", "dialogue.closed"]


def test_an_initiative_cannot_touch_another_ones_dialogue(database: Database, make: Make) -> None:
    foreign = make(initiative=1)
    with pytest.raises(Exception, match="No row was found"), database.write(OWN) as session:
        operations.cancel(session, dialogue=foreign, reason="x", actor="person:test", now=NOW)
