"""What each page of a subscription may show."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kit.districts import DISTRICT_NAMES
from kit.templates import Frame
from subscription.forms import SubscribeForm


@dataclass(frozen=True)
class SubscribePage:
    """The form. `declaration` are the words that count with the button, `districts` the names of the Kreise."""

    template: ClassVar[str] = "subscription/new.html"
    frame: Frame
    form: SubscribeForm
    declaration: str
    districts: tuple[str, ...] = DISTRICT_NAMES


@dataclass(frozen=True)
class AskedPage:
    """After the form; the same for every address. `letters_here`: the demo shows letters itself."""

    template: ClassVar[str] = "subscription/asked.html"
    frame: Frame
    letters_here: bool = False


@dataclass(frozen=True)
class ConfirmPage:
    """Behind the link of the first letter, with the button. `forget_on` is when an unconfirmed address goes."""

    template: ClassVar[str] = "subscription/confirm.html"
    frame: Frame
    path: str
    email: str
    wanted: str
    declaration: str
    forget_on: datetime


@dataclass(frozen=True)
class OwnPage:
    """A subscription that runs or ended. `list_path` is the calendar with its choice, `proof_until` when the proof goes;
    `declaration` are the words with which it is taken up again."""

    template: ClassVar[str] = "subscription/own.html"
    frame: Frame
    path: str
    email: str
    wanted: str
    letters_in: str
    since: datetime
    list_path: str
    declaration: str
    ended_at: datetime | None = None
    proof_until: datetime | None = None
