"""Everything that changes dialogues. Lock order: the dialogue first, then its offers.

People who registered are told by registration's sweep, which compares `calendar_sequence` and state with what it told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from events import dates, rules
from events.lines import offer_sentence, single_times_sentence
from events.models import Dialogue, Offer, ProgrammeItem
from events.rules import DialogueState, DialogueValue, Line, OfferValue, SignUp
from events.search import search_text
from events.series_operations import series_named
from kit import text, zones
from kit.errors import Refused
from kit.i18n import _, ngettext
from kit.ids import new_id
from kit.journal import SYSTEM, audit
from network import operations as network
from network.models import Initiative
from network.operations import InitiativeTexts

# What the dates of a dialogue with several follow from, and what of the dialogue follows from them.
_RULE = ("repetition", "regular_start", "regular_end", "zone")
_FROM_DATES = ("start", "end", "starts_at", "ends_at")


class NotInThisState(Refused):
    """A cancelled, held or closed dialogue is not changed any more."""


class SeriesRuns(NotInThisState):
    """The rule of several dates is not changed once the first has begun."""


class ChangedMeanwhile(Refused):
    """Somebody else saved the dialogue after this form was opened."""

    def default(self) -> str:
        return _(
            "Jemand hat diesen Dialog inzwischen geändert. "
            "Laden Sie die Seite neu und tragen Sie Ihre Änderung noch einmal ein."
        )


class BelowTaken(Refused):
    """Fewer seats than are taken."""


class OfferInUse(Refused):
    """An offer that people chose is not removed."""


class OfferTimes(Refused):
    """An offer ends before it begins, or begins after its dialogue."""


class NotReady(Refused):
    """A draft lacks what publication needs."""


@dataclass(frozen=True)
class Change:
    """What a save changed: names of columns, `offers`, `programme`. Empty and false when nothing did.

    `lost` are single dates whose move or drop the new rule has no place for, as they were.
    """

    fields: frozenset[str]
    calendar: bool
    lost: tuple[dates.Shown, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields)


def lock_dialogue(session: Session, dialogue_id: str) -> Dialogue:
    """The dialogue, its row locked until the transaction ends (SQLite: the whole file already is)."""
    statement = select(Dialogue).where(Dialogue.id == dialogue_id).with_for_update()
    return session.exec(statement.execution_options(populate_existing=True)).one()


def create_dialogue(
    session: Session,
    *,
    initiative_id: str,
    value: DialogueValue,
    offers: Sequence[OfferValue],
    programme: Sequence[Line] = (),
    slug: str = "",
    actor: str,
    now: datetime,
) -> Dialogue:
    """A draft. Without `slug` the address comes from the title. Raises kit.zones.NoSuchTime and kit.repeats.NoRule."""
    dialogue_id = new_id()
    dialogue = Dialogue(
        id=dialogue_id,
        initiative_id=initiative_id,
        slug=dialogue_id,
        created_at=now,
        changed_at=now,
        **_columns(session, initiative_id, value),
    )
    session.add(dialogue)
    _name(session, dialogue, slug or rules.slug_of(value.title, dialogue_id))
    if value.repetition:
        dates.plan(session, dialogue)
    _apply_offers(session, dialogue, offers)
    _refuse_odd_times(session, dialogue)
    _apply_programme(session, dialogue, programme)
    log(session, dialogue, "dialogue.create", actor, now)
    return dialogue


def change_dialogue(
    session: Session,
    *,
    dialogue: Dialogue,
    value: DialogueValue,
    offers: Sequence[OfferValue] | None = None,
    programme: Sequence[Line] | None = None,
    version: int | None = None,
    actor: str,
    now: datetime,
) -> Change:
    """Saves what differs; nothing at all when nothing does. None leaves offers or programme as they are.

    `version` is the one the form was opened with. A new time of a postponed dialogue ends the postponement.
    """
    dialogue = lock_dialogue(session, dialogue.id)
    _refuse_change(dialogue, version)
    changed, lost = _write_dialogue(session, dialogue, _columns(session, dialogue.initiative_id, value), now)
    offers_calendar = False
    if offers is not None:
        offers_changed, offers_calendar = _apply_offers(session, dialogue, offers)
        if offers_changed:
            changed.add("offers")
    if changed & {"start", "end", "zone", "repetition", "offers"}:
        _refuse_odd_times(session, dialogue)
    if programme is not None and _apply_programme(session, dialogue, programme):
        changed.add("programme")
    calendar = offers_calendar or rules.is_calendar_change(frozenset(changed))
    if not changed:
        return Change(frozenset(), calendar=False)
    if dialogue.state == DialogueState.POSTPONED and changed & {"start", "end", *_RULE}:
        dialogue.state = DialogueState.PUBLISHED
        dialogue.cancel_reason = ""
        changed.add("state")
    if dialogue.published_at is None and "title" in changed:
        _name(session, dialogue, rules.slug_of(value.title, dialogue.id))
    step(dialogue, now, calendar=calendar)
    log(session, dialogue, "dialogue.change", actor, now, detail=", ".join(sorted(changed))[:300])
    session.flush()
    return Change(frozenset(changed), calendar=calendar, lost=lost)


def set_offers(
    session: Session, *, dialogue: Dialogue, offers: Sequence[OfferValue], actor: str, now: datetime
) -> Change:
    """The offers as listed, matched by key. Raises BelowTaken, OfferInUse and OfferTimes."""
    dialogue = lock_dialogue(session, dialogue.id)
    changed, calendar = _apply_offers(session, dialogue, offers)
    if not changed:
        return Change(frozenset(), calendar=False)
    _refuse_odd_times(session, dialogue)
    step(dialogue, now, calendar=calendar)
    log(session, dialogue, "dialogue.offers", actor, now)
    session.flush()
    return Change(frozenset({"offers"}), calendar=calendar)


def publish(session: Session, *, dialogue: Dialogue, actor: str, now: datetime) -> None:
    """Makes a draft public; a second time nothing happens. Raises NotReady, NotInThisState."""
    dialogue = lock_dialogue(session, dialogue.id)
    if dialogue.state == DialogueState.PUBLISHED:
        return
    if dialogue.state != DialogueState.DRAFT:
        raise NotInThisState(_("Nur ein Entwurf lässt sich veröffentlichen."))
    if dialogue.ends_at <= now:
        raise NotReady(_("Der Termin liegt in der Vergangenheit. Ändern Sie zuerst Beginn und Ende."))
    if dialogue.sign_up == SignUp.HERE and not _offers(session, dialogue):
        raise NotReady(_("Es fehlt die Zahl der Plätze. Tragen Sie sie zuerst ein."))
    dialogue.state = DialogueState.PUBLISHED
    dialogue.published_at = now
    step(dialogue, now, calendar=False)
    log(session, dialogue, "dialogue.publish", actor, now)
    session.flush()


def postpone(session: Session, *, dialogue: Dialogue, reason: str = "", actor: str, now: datetime) -> None:
    """The date no longer holds, a new one is not known. People keep their places; calendars show it as tentative."""
    dialogue = lock_dialogue(session, dialogue.id)
    if dialogue.state == DialogueState.POSTPONED:
        return
    _refuse_unless_coming(dialogue, now, _("Nur ein veröffentlichter Dialog lässt sich verschieben."))
    dialogue.state = DialogueState.POSTPONED
    dialogue.cancel_reason = reason
    step(dialogue, now, calendar=True)
    log(session, dialogue, "dialogue.postpone", actor, now)
    session.flush()


def cancel(session: Session, *, dialogue: Dialogue, reason: str, actor: str, now: datetime) -> None:
    """It does not take place. Its page stays and says so."""
    dialogue = lock_dialogue(session, dialogue.id)
    if dialogue.state == DialogueState.CANCELLED:
        return
    if dialogue.state != DialogueState.POSTPONED:
        _refuse_unless_coming(dialogue, now, _("Nur ein veröffentlichter Dialog lässt sich absagen."))
    dialogue.state = DialogueState.CANCELLED
    dialogue.cancel_reason = reason
    step(dialogue, now, calendar=True)
    log(session, dialogue, "dialogue.cancel", actor, now)
    session.flush()


def close_past(session: Session, *, now: datetime, limit: int = 50) -> int:
    """Marks what is over as held, and what was held 30 days ago as closed. Returns how many; at most `limit`.

    Runs in the wide scope `sweep`, again as long as it returns more than nothing.
    """
    due = or_(
        and_(col(Dialogue.state) == DialogueState.PUBLISHED, col(Dialogue.ends_at) <= now),
        and_(col(Dialogue.state) == DialogueState.HELD, col(Dialogue.ends_at) <= now - rules.CLOSE_AFTER),
    )
    rows = session.exec(select(Dialogue).where(due).order_by(Dialogue.id).limit(limit).with_for_update()).all()
    for dialogue in rows:
        old = dialogue.ends_at <= now - rules.CLOSE_AFTER
        dialogue.state = DialogueState.CLOSED if old else DialogueState.HELD
        step(dialogue, now, calendar=False)
        log(session, dialogue, f"dialogue.{dialogue.state}", SYSTEM, now)
    session.flush()
    return len(rows)


def change_initiative(
    session: Session, *, initiative: Initiative, value: InitiativeTexts, actor: str, now: datetime
) -> bool:
    """Sets look and texts of an initiative; under a new name its dialogues are found at once. Returns whether anything changed."""
    dialogues: Sequence[Dialogue] = ()
    if value.name != initiative.name:
        # Before the initiative's own row, as everybody else who holds both.
        found = select(Dialogue).where(Dialogue.initiative_id == initiative.id).order_by(Dialogue.id)
        dialogues = session.exec(found.with_for_update()).all()
    changed = network.change_initiative(session, initiative=initiative, value=value, actor=actor, now=now)
    for dialogue in dialogues:
        dialogue.search_text = search_text(dialogue, value.name)
    session.flush()
    return changed


def _refuse_change(dialogue: Dialogue, version: int | None) -> None:
    if dialogue.state not in rules.CHANGEABLE_STATES:
        raise NotInThisState(_("Dieser Dialog ist abgesagt oder vorbei. Er lässt sich nicht mehr ändern."))
    if version is not None and version != dialogue.version:
        raise ChangedMeanwhile


def _write_dialogue(
    session: Session, dialogue: Dialogue, columns: dict[str, Any], now: datetime
) -> tuple[set[str], tuple[dates.Shown, ...]]:
    """Sets what differs. Single dates that were moved or dropped stay so where the rule still gives their day; a series
    that runs keeps its rule. Returns what differed, and the single changes that are lost."""
    if all(columns[name] == getattr(dialogue, name) for name in _RULE):
        kept = _FROM_DATES if dialogue.repetition else ()
        return _write(dialogue, {name: column for name, column in columns.items() if name not in kept}), ()
    if dialogue.repetition and dialogue.state == DialogueState.PUBLISHED and dialogue.starts_at <= now:
        raise SeriesRuns(
            _(
                "Der erste Termin hat schon begonnen: Tag, Uhrzeit und Wiederholung lassen sich nicht mehr für alle ändern. Verlegen Sie einzelne Termine."
            )
        )
    singles = dates.single_changes(session, dialogue)
    changed = _write(dialogue, columns)
    return changed, dates.plan(session, dialogue, singles)


def _write(row: Dialogue | Offer, columns: dict[str, Any]) -> set[str]:
    """Sets what differs and returns its names."""
    differing = {name for name, new in columns.items() if getattr(row, name) != new}
    for name in differing:
        setattr(row, name, columns[name])
    return differing


def _refuse_unless_coming(dialogue: Dialogue, now: datetime, sentence: str) -> None:
    if dialogue.state != DialogueState.PUBLISHED:
        raise NotInThisState(sentence)
    if dialogue.ends_at <= now:
        raise NotInThisState(_("Dieser Dialog ist schon vorbei."))


def step(dialogue: Dialogue, now: datetime, *, calendar: bool) -> None:
    dialogue.version += 1
    dialogue.changed_at = now
    if calendar and dialogue.published_at is not None:
        dialogue.calendar_sequence += 1


def log(session: Session, dialogue: Dialogue, action: str, actor: str, now: datetime, detail: str = "") -> None:
    audit(
        session,
        initiative_id=dialogue.initiative_id,
        actor=actor,
        action=action,
        object_kind="dialogue",
        object_id=dialogue.id,
        now=now,
        detail=detail,
    )


def _name(session: Session, dialogue: Dialogue, wanted: str) -> None:
    """Gives the address. Other initiatives' addresses are out of sight, so the unique key decides."""
    if wanted in rules.RESERVED_SLUGS:
        wanted = f"{wanted}-dialog"
    if dialogue.slug == wanted:
        return
    numbered = [f"{wanted}-{number}" for number in range(2, 6)]
    for candidate in (wanted, *numbered, f"{wanted}-{dialogue.id[:6]}"):
        try:
            with session.begin_nested():
                dialogue.slug = candidate
                session.flush()
        except IntegrityError:
            continue
        return
    raise Refused


def _columns(session: Session, initiative_id: str, value: DialogueValue) -> dict[str, Any]:
    """The row's columns for what was written, the derived ones included. Raises kit.zones.NoSuchTime."""

    def moment(wall_time: str) -> datetime | None:
        return zones.to_utc(rules.wall(wall_time), value.zone) if wall_time else None

    initiative = session.exec(select(Initiative.name).where(Initiative.id == initiative_id)).first() or ""
    plain = {
        name: getattr(value, name)
        for name in (
            "title", "lead", "description", "plain_text", "format_code", "zone", "start", "end", "land",
            "sign_up_address", "admission", "latest_entry", "place", "street", "postcode", "city", "kreis", "coordinates",
            "online", "online_link", "host", "audience", "cost", "bring", "step_free", "recipients", "contact_name", "contact_email",
            "contact_phone", "picture", "hold_minutes", "offer_hours", "fill_gaps", "party_limit", "survey_days",
            "alarm_minutes",
        )
    }  # fmt: skip
    return plain | {
        "visibility": str(value.visibility),
        "sign_up": str(value.sign_up),
        "series_id": series_named(session, initiative_id, value.series),
        "repetition": value.repetition,
        "regular_start": value.start if value.repetition else "",
        "regular_end": value.end if value.repetition else "",
        "starts_at": zones.to_utc(rules.wall(value.start), value.zone),
        "ends_at": zones.to_utc(rules.wall(value.end), value.zone),
        "registration_opens_at": moment(value.registration_opens),
        "registration_closes_at": moment(value.registration_closes),
        "list_deadline_at": moment(value.list_deadline),
        "access": [{"kind": kind, "text": where} for kind, where in value.access],
        "notices": [{"title": title, "text": reason} for title, reason in value.notices],
        "languages": list(value.languages),
        "search_text": search_text(value, initiative),
        "sort_key": text.sort_key(value.title)[:200],
    }


def _offers(session: Session, dialogue: Dialogue) -> Sequence[Offer]:
    return session.exec(
        select(Offer).where(Offer.dialogue_id == dialogue.id).order_by(Offer.id).with_for_update()
    ).all()


def _apply_offers(session: Session, dialogue: Dialogue, offers: Sequence[OfferValue]) -> tuple[bool, bool]:
    """Makes the offers as listed. Returns whether anything changed, and whether calendars have to learn it."""
    rows = {row.key: row for row in _offers(session, dialogue)}
    changed = calendar = False
    for key in rows.keys() - {offer.key for offer in offers}:
        _remove_offer(session, rows[key])
        changed = True
    for position, offer in enumerate(offers):
        columns: dict[str, Any] = {
            "position": position,
            "title": offer.title,
            "description": offer.description,
            "capacity": offer.capacity,
            "start": offer.start,
            "end": offer.end,
            "starts_at": zones.to_utc(rules.wall(offer.start), dialogue.zone) if offer.start else None,
            "ends_at": zones.to_utc(rules.wall(offer.end), dialogue.zone) if offer.end else None,
            "place": offer.place,
            "online_link": offer.online_link,
        }
        row = rows.get(offer.key)
        if row is None:
            new = Offer(initiative_id=dialogue.initiative_id, dialogue_id=dialogue.id, key=offer.key, **columns)
            session.add(new)
            changed = True
            continue
        if offer.capacity is not None and offer.capacity < row.taken:
            raise BelowTaken(_below(row.taken))
        differing = _write(row, columns)
        changed = changed or bool(differing)
        calendar = calendar or bool(differing & {"title", "start", "end", "place", "online_link"})
    session.flush()
    return changed, calendar


def _refuse_odd_times(session: Session, dialogue: Dialogue) -> None:
    for row in _offers(session, dialogue):
        if dialogue.repetition and (row.start or row.end):
            raise OfferTimes(single_times_sentence())
        title = row.title or row.key
        sentence = offer_sentence(title, row.start, row.end, opening=dialogue.start, closing=dialogue.end)
        if sentence:
            raise OfferTimes(sentence)


def _below(taken: int) -> str:
    sentence = ngettext(
        "%(taken)d Platz ist schon vergeben. Weniger Plätze gehen erst, wenn jemand absagt.",
        "%(taken)d Plätze sind schon vergeben. Weniger Plätze gehen erst, wenn jemand absagt.",
        taken,
    )
    return sentence % {"taken": taken}


def _remove_offer(session: Session, row: Offer) -> None:
    try:
        if row.taken:
            raise OfferInUse(_below(row.taken))
        with session.begin_nested():
            session.delete(row)
            session.flush()
    except IntegrityError as error:
        raise OfferInUse(
            _("Dieses Angebot haben schon Menschen gewählt. Es lässt sich nicht mehr streichen.")
        ) from error


def _apply_programme(session: Session, dialogue: Dialogue, programme: Sequence[Line]) -> bool:
    rows = session.exec(
        select(ProgrammeItem).where(ProgrammeItem.dialogue_id == dialogue.id).order_by(col(ProgrammeItem.position))
    ).all()
    if [Line(row.time, row.title, row.text) for row in rows] == list(programme):
        return False
    for row in rows:
        session.delete(row)
    for position, line in enumerate(programme):
        session.add(
            ProgrammeItem(
                initiative_id=dialogue.initiative_id,
                dialogue_id=dialogue.id,
                position=position,
                time=line.time,
                title=line.title,
                text=line.text,
            )
        )
    session.flush()
    return True
