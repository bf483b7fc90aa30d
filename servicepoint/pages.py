"""What the pages of the service point show."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kit.templates import Frame
from servicepoint.forms import InitiativeForm, OwnerForm


@dataclass(frozen=True)
class SetUpPage:
    """How the first person of the service point comes in. Shown while there is none."""

    template: ClassVar[str] = "servicepoint/set_up.html"
    frame: Frame


@dataclass(frozen=True)
class InitiativeLine:
    """One initiative of the list; `owners` as the service point writes to them."""

    slug: str
    name: str
    land: str
    accent: str
    owners: tuple[str, ...]


@dataclass(frozen=True)
class InitiativesPage:
    """All initiatives, and the form for a new one. `done` says what just happened, `post` how much mail waits for somebody."""

    template: ClassVar[str] = "servicepoint/initiatives.html"
    frame: Frame
    initiatives: tuple[InitiativeLine, ...]
    form: InitiativeForm
    done: str
    post: int


@dataclass(frozen=True)
class OwnerLine:
    """An owner, or somebody invited to be one, whose link works until `until` (local). `id` of the membership, if any."""

    name: str
    email: str
    id: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class InitiativePage:
    """One initiative: who owns it, who is asked to, and what the service point can do for them."""

    template: ClassVar[str] = "servicepoint/initiative.html"
    frame: Frame
    name: str
    slug: str
    land: str
    owners: tuple[OwnerLine, ...]
    invited: tuple[OwnerLine, ...]
    form: OwnerForm
    done: str
    refusal: str


@dataclass(frozen=True)
class NoteLine:
    """A barrier somebody reported; the time is local."""

    at: str
    path: str
    text: str
    email: str


@dataclass(frozen=True)
class PostLine:
    """An inbound message that waits for somebody. `why` says for what; the time is local."""

    path: str
    at: str
    why: str
    author: str
    subject: str
    initiative: str


@dataclass(frozen=True)
class PostPage:
    """Inbound mail that waits for somebody, the latest first; `left` more than are shown."""

    template: ClassVar[str] = "servicepoint/post.html"
    frame: Frame
    lines: tuple[PostLine, ...]
    left: int
    done: str


@dataclass(frozen=True)
class MessagePage:
    """One inbound message: a few headers, its text, the names of its files. `action` is empty for one that is settled."""

    template: ClassVar[str] = "servicepoint/message.html"
    frame: Frame
    line: PostLine
    to: str
    date: str
    envelope: str
    text: str
    files: tuple[str, ...]
    action: str


@dataclass(frozen=True)
class NotesPage:
    """Reported barriers, newest first."""

    template: ClassVar[str] = "servicepoint/notes.html"
    frame: Frame
    notes: tuple[NoteLine, ...]
