"""What each public page about a sign-up may show. Times are wall times in the zone of the dialogue.

Words of ours are chosen in the templates by the codes documented here; texts that people wrote are plain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kit.i18n import _
from kit.templates import Frame
from registration.forms import AccessNeedForm, ChoiceForm, LinkForm, NamesForm, SignUpForm

Entry = tuple[str, str, str]
"""A line of the error summary: id of the field, its label, the sentence."""


def sign_up_errors(form: SignUpForm) -> tuple[Entry, ...]:
    """The summary of a sign-up form: one line for each field, and for each person."""
    found: list[Entry] = []
    for field, sentence in form.errors_in_order():
        if field.name == "participants":
            found.extend(
                (f"participants-{place}", person_label(place), problem)
                for place, problem in sorted(form.participants.problems.items())
            )
        elif field.name == "form_key":
            found.append(("sign-up", str(_("Formular")), sentence))
        else:
            found.append((f"{field.id}-0" if field.name == "offers" else field.id, str(field.label.text), sentence))
    return tuple(found)


def person_label(place: int) -> str:
    """Person 1 is the first one."""
    return _("Person %(number)d") % {"number": place + 1}


@dataclass(frozen=True)
class Sender:
    """The initiative that asks, as its band names it."""

    name: str
    slug: str
    accent: str
    logo: str

    @property
    def path(self) -> str:
        return f"/initiativen/{self.slug}"


@dataclass(frozen=True)
class Occasion:
    """What one comes to: the dialogue, or the offer with its own time and place. `offer` is its title or empty.

    `dates`: the rule, then each of several dates; `start` and `end` are the next one.
    """

    title: str
    path: str
    start: datetime
    end: datetime
    place: tuple[str, ...] = ()
    offer: str = ""
    admission: str = ""
    latest_entry: str = ""
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contact:
    """Whom to ask; what is not known is empty."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class OfferChoice:
    """One thing to sign up for. `free` is None without a limit; `start` and `end` where it has its own."""

    key: str
    title: str
    description: str = ""
    free: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    place: str = ""


# So many times of one thing stand closer together as a grid than one below the other.
GRID_FROM = 4


def by_time(offers: Sequence[OfferChoice]) -> list[tuple[date, list[OfferChoice]]]:
    """Offers that differ by nothing but their time, by day; nothing where there are few or something else differs."""
    kinds = {(re.sub(r"\d", "", offer.title), offer.description, offer.place) for offer in offers}
    times = [(offer.start, offer.end) for offer in offers]
    if len(offers) < GRID_FROM or len(kinds) > 1 or len(set(times)) < len(times):
        return []
    days: dict[date, list[OfferChoice]] = {}
    for start, end, offer in sorted(
        ((one.start, one.end, one) for one in offers if one.start and one.end), key=lambda found: found[0]
    ):
        if start.date() == end.date():
            days.setdefault(start.date(), []).append(offer)
    return list(days.items()) if sum(map(len, days.values())) == len(offers) else []


@dataclass(frozen=True)
class SignUpPage:
    """The form; None before there is one. `typing_at` is the person whose field gets the cursor, -1 for none; `full` when every offer is taken,
    `waiting` when one of them is; `remote`: nobody meets in a room."""

    template: ClassVar[str] = "registration/sign_up.html"
    frame: Frame
    sender: Sender
    occasion: Occasion
    path: str
    remote: bool
    form: SignUpForm | None
    errors: tuple[Entry, ...]
    offers: tuple[OfferChoice, ...]
    full: bool
    waiting: bool
    most: int
    closes: datetime
    list_deadline: datetime
    terms: tuple[str, str]
    photo: tuple[str, str]
    newsletter: tuple[str, str]
    access: tuple[str, str]
    recipients: str
    cost: str
    contact: Contact | None
    deletes_on: date | None
    privacy_path: str
    typing_at: int = -1

    @property
    def free(self) -> int | None:
        """The seats that are free in all offers together, None where one has no limit."""
        free = [offer.free for offer in self.offers]
        return None if None in free else sum(seats or 0 for seats in free)

    @property
    def times(self) -> list[tuple[date, list[OfferChoice]]]:
        """The offers as a grid by day, where they differ by nothing but their time."""
        return by_time(self.offers)


@dataclass(frozen=True)
class ClosedPage:
    """No form now. `kind`: not_yet, closed, cancelled, postponed, elsewhere, none, announced; `late` when somebody sent a
    form after the end. `at` is the opening or the end."""

    template: ClassVar[str] = "registration/closed.html"
    frame: Frame
    sender: Sender
    occasion: Occasion
    kind: str
    late: bool
    at: datetime | None
    reason: str
    address: str


@dataclass(frozen=True)
class ReceiptPage:
    """What happened when the form came in, for whoever sent it. Nothing personal, and nothing that changes later.

    `held_until` is None when no seat was free; `list_over`: nor did anybody join the waiting list any more."""

    template: ClassVar[str] = "registration/receipt.html"
    frame: Frame
    sender: Sender
    occasion: Occasion
    reference: str
    came_at: datetime
    held_until: datetime | None
    list_over: bool


@dataclass(frozen=True)
class Earlier:
    """An earlier registration of the same address. `state`: waiting, offered, confirmed."""

    reference: str
    state: str
    persons: int
    came_at: datetime
    offer: str = ""
    path: str = ""


@dataclass(frozen=True)
class ConfirmPage:
    """The button behind the confirmation link. `held_until` is None when the seats are not held (any more);
    `can_extend` says whether the hold may grow; `list_over` that nobody joins the waiting list any more."""

    template: ClassVar[str] = "registration/confirm.html"
    frame: Frame
    sender: Sender
    occasion: Occasion
    path: str
    form: ChoiceForm
    form_key: str
    errors: tuple[Entry, ...]
    reference: str
    email: str
    names: tuple[str, ...]
    earlier: tuple[Earlier, ...]
    was_held: bool
    held_until: datetime | None
    can_extend: bool
    list_over: bool
    forget_on: date


@dataclass(frozen=True)
class Step:
    """A line of the history. `kind`: signed_up, verified, waiting, offered, confirmed, parted, ended, event;
    `state`: done, now, open."""

    kind: str
    at: datetime
    state: str


@dataclass(frozen=True)
class Code:
    """What the door reads for one person: a drawing to put into the page, safe HTML."""

    name: str
    drawing: str


@dataclass(frozen=True)
class OwnPage:
    """A registration, for whoever holds its link.

    `state`: unconfirmed, hold_over, waiting, offered, offer_over, no_seat, confirmed, past, declined, by_person, by_organiser,
    dialogue, replaced, duplicate. `answer` is what the person's calendar answered: accepted, declined, tentative, delegated
    or empty; `freed_at` when the place goes that it declined, `kept` that this was just taken back.
    `calendar_address` is where programs ask for the entry, empty without a place; `calendar_renewed`: it is a new one.
    `consents` are those that may be taken back: photo, newsletter_opt_in, access_need.
    `access_need` is None when its key is gone; `access` are the words of the consent to it.
    `changeable` says whether names may be changed and the registration cancelled; `heard` whether the organiser has
    told in public what was heard.
    """

    template: ClassVar[str] = "registration/own.html"
    frame: Frame
    sender: Sender
    occasion: Occasion
    path: str
    state: str
    postponed: bool
    reason: str
    reference: str
    contact_name: str
    email: str
    names: tuple[str, ...]
    people: tuple[str, ...]
    tables: tuple[str, ...]
    names_problem: str
    codes: tuple[Code, ...]
    form: NamesForm
    errors: tuple[Entry, ...]
    changeable: bool
    changed: bool
    parted: bool
    access_need: str | None
    need_form: AccessNeedForm
    access: tuple[str, str]
    consents: tuple[str, ...]
    withdrawn: bool
    calendar_address: str
    calendar_renewed: bool
    until: datetime | None
    list_deadline: datetime
    list_over: bool
    position: int
    answer: str
    freed_at: datetime | None
    kept: bool
    confirm_path: str
    earlier: tuple[Earlier, ...]
    open_for_sign_up: bool
    bring: tuple[str, ...]
    notices: tuple[tuple[str, str], ...]
    online_link: str
    contact: Contact | None
    steps: tuple[Step, ...]
    deletes_on: date | None
    privacy_path: str
    heard: bool


@dataclass(frozen=True)
class CancelPage:
    """What cancelling means. `state`: unconfirmed, hold_over, waiting, offered, confirmed; `waiting` counts the people
    on the list. `people`: number of each and name; `missing` when nobody was ticked."""

    template: ClassVar[str] = "registration/cancel.html"
    frame: Frame
    sender: Sender
    occasion: Occasion
    path: str
    state: str
    people: tuple[tuple[int, str], ...]
    waiting: int
    missing: bool = False


@dataclass(frozen=True)
class ErasePage:
    """What erasing means. `ends`: the registration is alive and its seats become free."""

    template: ClassVar[str] = "registration/erase.html"
    frame: Frame
    sender: Sender
    occasion: Occasion
    path: str
    ends: bool


@dataclass(frozen=True)
class ErasedPage:
    """The answer after erasing."""

    template: ClassVar[str] = "registration/erased.html"
    frame: Frame
    sender: Sender
    dialogue_path: str


@dataclass(frozen=True)
class LinkPage:
    """Asks for the links of an address once more. `sent` says that a form came in, not whether anybody was found."""

    template: ClassVar[str] = "registration/link.html"
    frame: Frame
    path: str
    form: LinkForm
    errors: tuple[Entry, ...]
    sent: bool
