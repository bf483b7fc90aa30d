"""The demo: twenty initiatives in all sixteen Länder, the dialogue of each, further ones of six of them, and people in
every state. Everything goes through the operations.

The dates of the texts belong to the year 2027 and move by whole weeks, so that a Thursday stays a Thursday. Each operation
is given the time at which it would have happened.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlmodel import select

from accounts import operations as accounts
from accounts.rules import OPERATOR_INITIATIVE_ID
from events import operations as events
from feedback import sweeps as feedback_sweeps
from kit.db import Database, ScopedSession, wide, within
from kit.journal import SYSTEM, Audit, audit, pseudonym
from network import operations as network
from network import queries as networks
from network.models import Initiative
from network.rules import Role
from registration import operations
from registration.operations import sweeps
from web.seeding import demo_calendar as calendar
from web.seeding import demo_dates as dates
from web.seeding import demo_east as east
from web.seeding import demo_north as north
from web.seeding import demo_south as south
from web.seeding import demo_surveys
from web.seeding import demo_texts as texts
from web.seeding.demo_answers import (
    GOOD_WORDS,
    LORRIES_FOLLOWS,
    LORRIES_HEARD,
    LORRIES_LEARNED,
    LORRIES_MINUTES,
    MIXED_WORDS,
    POWER_LINE_FOLLOWS,
    POWER_LINE_HEARD,
    POWER_LINE_LEARNED,
)
from web.seeding.demo_initiatives import INITIATIVES, DemoInitiative
from web.seeding.demo_readers import read_on
from web.seeding.demo_regions import REGIONS
from web.seeding.scripts import DemoDialogue
from web.seeding.stage import ZONE, Signed, Stage, Staged

DESK = "desk@servicestelle.example"
DONE = "seed.demo"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Tell = Callable[[str], None]


def standing(data: Database) -> str:
    """`whole` when the demo is there, `part` when making it was interrupted, otherwise empty."""
    with data.read(wide("figures")) as session:
        if session.exec(select(Audit.id).where(Audit.action == DONE)).first():
            return "whole"
        return "part" if networks.initiative_by_slug(session, INITIATIVES[0].slug) else ""


def make(data: Database, now: datetime, tell: Tell) -> None:
    """Puts the whole demo in place; `tell` gets a line for each step. Letters are written and wait for a worker."""
    stage = Stage(data, now)
    tell("Twenty initiatives and the people who work there ...")
    _people(stage)
    tell("Four dialogues that took place, with arrivals and answers ...")
    _past(stage)
    tell("One dialogue that is running now ...")
    _running(stage)
    tell("Twenty-one dialogues to come, in all sixteen Länder ...")
    _coming(stage)
    _regions(stage)
    tell("A full dialogue, its waiting list, offers taken, declined and lapsed ...")
    _full(stage)
    tell("A conference for which people are signing up right now ...")
    _fresh(stage)
    read_on(stage)
    while events_closed := _close_past(data, now):
        tell(f"{events_closed} dialogues marked as held or closed ...")
    data.transact(
        within(OPERATOR_INITIATIVE_ID),
        lambda session: audit(
            session,
            initiative_id=OPERATOR_INITIATIVE_ID,
            actor=SYSTEM,
            action=DONE,
            object_kind="initiative",
            object_id=OPERATOR_INITIATIVE_ID,
            now=now,
        ),
    )


def _close_past(data: Database, now: datetime) -> int:
    return data.transact(wide("sweep"), lambda session: events.close_past(session, now=now), background=True)


# --- people who sign in ---


def _people(stage: Stage) -> None:
    begun = stage.now - timedelta(days=200)

    def desk(session: ScopedSession) -> str:
        person = network.create_admin(session, email=DESK, name="Vera Muster-Leitung", now=begun)
        return pseudonym("person", person.id)

    actor = stage.data.transact(wide("person"), desk, background=True)
    for number, script in enumerate(INITIATIVES + REGIONS):
        _initiative(stage, script, actor, begun + number * DAY)


def _initiative(stage: Stage, script: DemoInitiative, desk: str, at: datetime) -> None:
    def begin(session: ScopedSession) -> str:
        return network.create_initiative(
            session,
            value=script.begin,
            owner_email=f"owner@{script.domain}",
            owner_name=script.owner,
            actor=desk,
            now=at,
        ).id

    initiative_id = stage.data.transact(wide("person"), begin, background=True)

    def settle(session: ScopedSession) -> str:
        row = session.get_one(Initiative, initiative_id)
        owner = accounts.ensure_person(session, email=f"owner@{script.domain}", now=at)
        actor = pseudonym("person", owner.id)
        network.change_initiative(session, initiative=row, value=script.texts, actor=actor, now=at + HOUR)
        # Whoever helps longest is the one that the demo's button signs in: where a dialogue runs today.
        runs_today = script.slug == dates.ROUND_THE_CLOCK.initiative
        team = ((Role.ORGANISER, script.organiser), (Role.HELPER, script.helper))
        for role, name in (entry for entry in team if entry[1]):
            network.add_member(
                session,
                initiative=row,
                email=f"{role}@{script.domain}",
                name=name,
                role=role,
                actor=actor,
                now=at + (9 * DAY if role == Role.HELPER and not runs_today else DAY),
            )
        organiser = accounts.ensure_person(session, email=f"{Role.ORGANISER}@{script.domain}", now=at)
        return pseudonym("person", organiser.id)

    stage.initiatives[script.slug] = initiative_id
    stage.actors[script.slug] = stage.act(initiative_id, settle)


# --- what took place ---


def _past(stage: Stage) -> None:
    power = _took_place(
        stage, dates.POWER_LINE, seats=36, answers=13, mood=4.0, words=GOOD_WORDS, shift=demo_surveys.RISE
    )
    demo_surveys.tell(stage, power, POWER_LINE_HEARD, POWER_LINE_FOLLOWS)
    demo_surveys.learn(stage, power, POWER_LINE_LEARNED, ready=True)
    _took_place(stage, dates.HARBOUR, seats=16, answers=4, mood=4.3, words=())
    lorries = _took_place(
        stage, dates.LORRIES, seats=40, answers=14, mood=2.7, words=MIXED_WORDS, shift=demo_surveys.DROP
    )
    demo_surveys.tell(stage, lorries, LORRIES_HEARD, LORRIES_FOLLOWS)
    demo_surveys.learn(stage, lorries, LORRIES_LEARNED, minutes=LORRIES_MINUTES)
    _took_place(stage, dates.RIVER_BANK, seats=24, answers=6, mood=3.9, words=(), closed=False, shift=demo_surveys.NONE)


def _took_place(
    stage: Stage,
    script: DemoDialogue,
    *,
    seats: int,
    answers: int,
    mood: float,
    words: tuple[str, ...],
    closed: bool = True,
    shift: Mapping[str, float] | None = None,
) -> Staged:
    staged = stage.dialogue(script)
    (offer,) = staged.offers
    people = stage.crowd(staged, offer, seats)
    people += [stage.by_hand(staged, offer, size, staged.starts_at - 3 * DAY) for size in (1, 2)]
    leaving, staying = people[::9], [one for number, one in enumerate(people) if number % 9]
    for one in leaving:
        stage.own(one, operations.cancel, staged.starts_at - stage.moment(HOUR * 5, DAY * 2))
    stage.arrive(staged, staying, opens=staged.starts_at, device="Tablet am Eingang")
    opened = staged.ends_at + HOUR
    _close_past(stage.data, opened)
    feedback_sweeps.invite_due(stage.data, opened)
    stage.answer(staged, answers, mood=mood, texts=words, opened=opened)
    if closed:
        feedback_sweeps.close_due(stage.data, opened + timedelta(days=14, minutes=1))
    if shift is not None:
        demo_surveys.attitudes(stage, staged, shift)
    if words is GOOD_WORDS:
        demo_surveys.look_through(stage, staged)
    return staged


# --- what is running ---


def _running(stage: Stage) -> None:
    local = stage.now.astimezone(ZONE)
    day = local.weekday() - (1 if local.hour < 6 else 0)
    staged = stage.dialogue(dates.ROUND_THE_CLOCK, extra_days=day)
    for number, (key, seats) in enumerate((("frueh", 9), ("spaet", 8), ("nacht", 6))):
        people = stage.crowd(staged, key, seats, until=staged.starts_at - DAY)
        opens = staged.starts_at + number * 8 * HOUR
        stage.arrive(staged, people, opens=opens, device="Telefon am Tor 2")


# --- what comes ---


def _coming(stage: Stage) -> None:
    now = stage.now
    breakfast = stage.dialogue(dates.BREAKFASTS)
    stage.single_dates(breakfast, moved=1, dropped=3)
    people = stage.crowd(breakfast, "dialog", 23)
    stage.by_hand(breakfast, "dialog", 2, now - 20 * HOUR)
    stage.by_hand(breakfast, "dialog", 1, now - 19 * HOUR, addressed=True)
    stage.own(people[3], operations.cancel, now - 17 * HOUR)
    stage.sign_up(breakfast, "dialog", people[3].size, now - 16 * HOUR)
    stage.seat(breakfast, 6)

    close = stage.dialogue(texts.HOW_CLOSE)
    stage.crowd(close, "saal", 40, until=now - 3 * DAY)
    stage.crowd(close, "online", 19)
    for size in (2, 1, 4, 2):
        stage.sign_up(close, "saal", size, now - stage.moment(HOUR * 30, HOUR * 60))

    forest = stage.dialogue(dates.FOREST)
    stage.crowd(forest, "dialog", 9, until=now - 5 * DAY)
    stage.change(forest, events.cancel, dates.FOREST_REASON, now - 2 * DAY)
    heat = stage.dialogue(dates.WASTE_HEAT)
    stage.crowd(heat, "dialog", 9, until=now - 6 * DAY)
    stage.change(heat, events.postpone, dates.WASTE_HEAT_REASON, now - 4 * DAY)
    sweeps.announce_changes(stage.data, now - 2 * DAY)

    stage.crowd(stage.dialogue(dates.TRAINEES), "dialog", 6)
    stage.dialogue(texts.SAFETY)
    stage.dialogue(texts.BUS_NIGHT)


REGIONAL = (
    (south.ONLINE_AI, {"pruefen": [2, 4, 1], "planen": [3], "lernen": [2, 4, 3]}),
    (south.EVENING_TALK, {"dialog": [4, 4, 3, 4, 4, 2, 4, 4, 4, 3, 4, 3]}),
    (south.BEARINGS, {"15-00": [4, 4, 4, 3], "15-45": [4, 3, 4], "16-30": [2]}),
    (south.FAMILY_TOUR, {"10-30": [4, 3], "14-00": [4]}),
    (south.BATTERY, {"arbeit": [1, 2], "nachbarn": [4, 2]}),
    (east.CITY_WALK, {"zu-fuss": [4, 2, 4], "stufenfrei": [2]}),
    (east.LUSATIA, {"deutsch": [3], "sorbisch": [2]}),
    (east.NETWORK, {"jena": [3, 2, 3], "online": [2]}),
)
"""Dialogues one can sign up for, with the sizes of the parties in each offer; some of them cancel later."""

ANNOUNCED = (
    south.PERMIT, north.TRAINEE_DAY, north.OPEN_GATES, north.SHIPYARD, east.PARLIAMENT, east.CHEMISTRY_DAY,
)  # fmt: skip
"""Dialogues whose registration has not begun."""


def _regions(stage: Stage) -> None:
    for script, wanted in REGIONAL:
        staged = stage.dialogue(script)
        people = [one for offer, sizes in wanted.items() for one in stage.crowd(staged, offer, sizes)]
        for one in people[6::7]:
            stage.own(one, operations.cancel, stage.now - stage.moment(HOUR * 2, HOUR * 28))
    for script in ANNOUNCED:
        stage.dialogue(script)


# --- the full one and its list ---


def _full(stage: Stage) -> None:
    now, data = stage.now, stage.data
    staged = stage.dialogue(texts.HYDROGEN)
    pairs = stage.crowd(staged, "dialog", [2] * 6, until=now - 9 * DAY)
    rest = stage.crowd(staged, "dialog", 48, until=now - 8 * DAY)
    list_times = [now - 7 * DAY + number * HOUR for number in range(8)]
    waiting = [
        stage.sign_up(staged, "dialog", size, at) for size, at in zip((2, 2, 2, 2, 1, 3, 4, 2), list_times, strict=True)
    ]

    stage.own(pairs[0], operations.cancel, now - 5 * DAY)
    sweeps.serve_lists(data, now - 5 * DAY + HOUR)
    stage.own(waiting[0], operations.decline_offer, now - 4 * DAY)
    sweeps.serve_lists(data, now - 4 * DAY + HOUR)
    # The second one does not answer within the 48 hours.
    sweeps.end_offers(data, now - 2 * DAY + 2 * HOUR)
    sweeps.serve_lists(data, now - 2 * DAY + 3 * HOUR)
    stage.own(waiting[2], operations.accept_offer, now - 1 * DAY)
    stage.own(pairs[1], operations.cancel_by_hand, now - 7 * HOUR, actor=stage.actor_of(staged))
    sweeps.serve_lists(data, now - 6 * HOUR)
    _expect(stage, [rest[0], waiting[0], waiting[1], waiting[2], waiting[3], waiting[4]],
            ["confirmed", "declined", "expired", "confirmed", "offered", "waiting"])  # fmt: skip
    _calendars(stage, staged, rest)


def _calendars(stage: Stage, staged: Staged, people: list[Signed]) -> None:
    """What their calendars answered to the full dialogue, a letter that came back, and one for the service point to read."""
    now, minute = stage.now, timedelta(minutes=1)
    alone = next(one for one in people[5:] if one.size == 1)
    for number, one in enumerate(people[:3]):
        calendar.accept(stage, one, now - (20 - number) * HOUR)
    calendar.propose(
        stage,
        people[3],
        now - 3 * HOUR,
        start=staged.starts_at + DAY,
        comment="Am Tag danach ginge es bei uns allen.",
    )
    # Alone, so that the place goes in half an hour; of a group nothing goes by itself.
    calendar.decline(stage, alone, now - 4 * minute)
    calendar.bounce(stage, people[4], now - 26 * HOUR)
    calendar.write(
        stage,
        now - 5 * HOUR,
        name="Grete Beispiel-Frage",
        email="grete.beispiel@post.example",
        subject="Re: Erinnerung",
        text="Guten Tag,\n\nich komme mit dem Zug um 9:40 Uhr an. Holt uns jemand ab?\n\nGrete Beispiel-Frage",
    )


def _expect(stage: Stage, people: list[Signed], states: list[str]) -> None:
    """The story above holds only as long as the rules of the list are the ones it was written for."""
    found = [stage.state(one) for one in people]
    if found != states:
        raise RuntimeError(f"the demo's waiting list came out as {found}, not {states}")


# --- what happened within the last hours ---


def _fresh(stage: Stage) -> None:
    """The conference, where people are signing up right now: made last, so that no sweep above ends their holds."""
    now = stage.now
    staged: Staged = stage.dialogue(texts.WORKS_COUNCILS)
    stage.crowd(staged, "dialog", [4, 3, 4, 2, 1, 4, 2, 3, 4, 2])
    lapsed = stage.sign_up(staged, "dialog", 1, now - 26 * HOUR, confirmed=False)
    sweeps.end_holds(stage.data, now - 23 * HOUR)
    _expect(stage, [lapsed], ["expired"])
    held = stage.sign_up(staged, "dialog", 2, now - timedelta(minutes=12), confirmed=False)
    stage.own(held, operations.extend, now - timedelta(minutes=8))
    stage.sign_up(staged, "dialog", 1, now - timedelta(minutes=3), confirmed=False)
