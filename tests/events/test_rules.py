"""Decisions about dialogues, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import rules
from events.rules import DialogueFacts, OfferFacts, PageStart, SignUpState

START = datetime(2027, 3, 4, 16, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def facts(
    *,
    state: str = "published",
    sign_up: str = "here",
    format_code: str = "F5",
    opens: datetime | None = None,
    closes: datetime | None = None,
    list_ends: datetime | None = None,
) -> DialogueFacts:
    return DialogueFacts(state, sign_up, format_code, START, opens, closes, list_ends)


@pytest.mark.parametrize(
    ("dialogue", "offers", "expected"),
    [
        (facts(), [OfferFacts(60, 10)], SignUpState("open", 50, 60, 10, START)),
        (facts(), [OfferFacts(60, 49)], SignUpState("open", 11, 60, 49, START)),
        (facts(), [OfferFacts(60, 50)], SignUpState("few", 10, 60, 50, START)),
        (facts(), [OfferFacts(60, 60)], SignUpState("full", 0, 60, 60, START)),
        (facts(list_ends=START - 2 * DAY), [OfferFacts(9, 9)], SignUpState("closed", 0, 9, 9, START - 2 * DAY)),
        (facts(list_ends=START - 2 * DAY), [OfferFacts(9, 8)], SignUpState("few", 1, 9, 8, START)),
        (facts(), [OfferFacts(15, 15), OfferFacts(15, 12)], SignUpState("few", 3, 30, 27, START)),
        (facts(), [OfferFacts(None, 400)], SignUpState("open", None, None, 400, START)),
        (facts(opens=START - DAY), [OfferFacts(9, 0)], SignUpState("not_yet", 9, 9, 0, START - DAY)),
        (facts(closes=START - 3 * DAY), [OfferFacts(9, 0)], SignUpState("closed", 9, 9, 0, START - 3 * DAY)),
        (facts(sign_up="elsewhere"), [], SignUpState("elsewhere", 0, 0)),
        (facts(sign_up="none"), [], SignUpState("none", 0, 0)),
        (facts(format_code="F1"), [OfferFacts(270, 0)], SignUpState("announced", 270, 270)),
        (facts(state="cancelled"), [OfferFacts(9, 1)], SignUpState("cancelled", 8, 9, 1, START)),
        (facts(state="postponed"), [OfferFacts(9, 1)], SignUpState("postponed", 8, 9, 1, START)),
        (facts(state="held"), [OfferFacts(9, 1)], SignUpState("closed", 8, 9, 1, START)),
    ],
)
def test_a_visitor_is_told_how_to_get_a_seat(
    dialogue: DialogueFacts, offers: list[OfferFacts], expected: SignUpState
) -> None:
    assert rules.sign_up_state(dialogue, offers, START - 2 * DAY) == expected


def test_the_list_ends_with_the_first_date_at_the_latest() -> None:
    found = [rules.list_ends_at(facts(list_ends=end)) for end in (START + DAY, START - DAY, None)]
    assert found == [START, START - DAY, START]


def test_clock_times_that_fit_a_moved_date() -> None:
    nine, eleven = datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 11)
    for clocks, fitting in (
        (("08:30", "09:15"), ("08:30", "09:15")),
        (("08:30", "08:50"), ("08:30", "08:50")),
        (("17:30", "18:15"), ("", "")),
        (("", "08:50"), ("", "")),
        (("08:30", ""), ("08:30", "")),
    ):
        assert rules.fitting_clocks(*clocks, nine, eleven) == fitting


def test_registration_closes_at_the_second() -> None:
    second = timedelta(seconds=1)
    assert rules.sign_up_state(facts(), [OfferFacts(9, 0)], START - second).kind == "few"
    assert rules.sign_up_state(facts(), [OfferFacts(9, 0)], START).kind == "closed"


def test_closing_is_never_after_the_start() -> None:
    assert rules.closes_at(facts(closes=START + DAY)) == START
    assert rules.closes_at(facts(closes=START - DAY)) == START - DAY


@pytest.mark.parametrize(
    ("opened", "sent", "taken"),
    [
        (-60, -1, True),
        (None, -1, True),
        (-60, 0, True),
        (-60, 599, True),
        (-60, 600, False),
        (0, 10, False),
        (None, 10, False),
    ],
)
def test_a_form_opened_before_closing_may_be_sent_for_ten_minutes(opened: int | None, sent: int, taken: bool) -> None:
    at = None if opened is None else START + timedelta(seconds=opened)
    now = START + timedelta(seconds=sent)
    assert rules.accepts(facts(), [OfferFacts(9, 0)], opened_at=at, now=now) is taken


def test_the_grace_does_not_open_what_was_never_open() -> None:
    now = START + timedelta(seconds=5)
    opened = START - timedelta(minutes=1)
    assert not rules.accepts(facts(state="cancelled"), [OfferFacts(9, 0)], opened_at=opened, now=now)
    assert not rules.accepts(facts(format_code="F1"), [OfferFacts(9, 0)], opened_at=opened, now=now)


def test_calendars_learn_only_time_place_title_and_programme() -> None:
    assert rules.is_calendar_change(frozenset({"lead", "start"}))
    assert rules.is_calendar_change(frozenset({"programme"}))
    assert not rules.is_calendar_change(
        frozenset({"lead", "description", "bring", "alarm_minutes", "offers", "zone_text"})
    )


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Was passiert, wenn was passiert?", "was-passiert-wenn-was-passiert"),
        ("Wärme für Größen", "waerme-fuer-groessen"),
        ("Łódź & Ærø", "lodz-aero"),
        ("工場見学", "fallback"),
        ("../../etc/passwd", "etc-passwd"),
        ("<script>", "script"),
    ],
)
def test_addresses_come_from_titles(title: str, slug: str) -> None:
    assert rules.slug_of(title, "fallback") == slug


@given(st.text(max_size=300))
def test_an_address_is_always_plain(title: str) -> None:
    slug = rules.slug_of(title, "x")
    assert 1 <= len(slug) <= rules.SLUG_LENGTH
    assert all(part and part.isascii() and part.isalnum() and part == part.lower() for part in slug.split("-"))


def test_deletion_days_follow_the_end() -> None:
    found = {entry.kind: entry.day for entry in rules.deletions(datetime(2027, 8, 31, 20, 0, tzinfo=UTC))}
    assert found == {
        "access": date(2027, 9, 7),
        "lists": date(2027, 9, 30),
        "without_place": date(2027, 9, 30),
        "attendee": date(2028, 2, 29),
        "survey": None,
    }


def test_a_page_of_the_list_ends_with_a_day() -> None:
    day = date(2027, 4, 2)
    listed = ["2027-04-01"] * 3 + ["2027-04-02"] * 9
    # As many as there are; then whole days, unless that leaves a page less than half full.
    assert rules.page_end(listed[:4], 4, 0) == (4, None)
    assert rules.page_end(listed[:5], 4, 0) == (3, PageStart(day))
    assert rules.page_end(listed[2:7], 4, 0) == (4, PageStart(day, 3))
    # Within one day: what was left out before counts on.
    assert rules.page_end(listed[6:11], 4, 3) == (4, PageStart(day, 7))
    assert rules.page_end(listed[10:], 4, 7) == (2, None)
    assert rules.page_end([], 4, 0) == (0, None)


@pytest.mark.parametrize(
    ("end", "days"),
    [
        ("2027-01-02T12:00", [1, 2]),
        ("2027-01-02T00:00", [1]),
        ("2027-01-09T12:00", [1, 2, 3]),
        ("2026-12-30T20:00", []),
    ],
)
def test_days_on_which_something_goes_on(end: str, days: list[int]) -> None:
    start, first = rules.wall("2026-12-30T17:00"), date(2027, 1, 1)
    found = rules.later_days(start, rules.wall(end), first=first, last=date(2027, 1, 3))
    assert found == [date(2027, 1, day) for day in days]
    assert len(rules.later_days(start, rules.wall(end), first=date(2026, 1, 1), last=date(2027, 12, 31))) >= len(days)
