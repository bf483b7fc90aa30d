"""What each workspace page of dialogues may show. Times are local."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from events.forms import DialogueForm
from events.pages import Seats
from kit.districts import DISTRICT_NAMES
from kit.templates import Frame


@dataclass(frozen=True)
class Task:
    """Something that waits for a person. `due` is when it has to be done."""

    title: str
    text: str
    path: str
    label: str
    due: datetime | None = None
    overdue: bool = False


@dataclass(frozen=True)
class DialogueRow:
    """A dialogue of the overview. `state` as in events.rules.DialogueState; `capacity` None: no limit or no sign-up here.

    `path` is empty where the viewer may not open it.
    """

    path: str
    title: str
    start: datetime
    state: str
    state_label: str
    seats: Seats
    taken: int
    capacity: int | None


@dataclass(frozen=True)
class OverviewPage:
    """An initiative's dialogues and what comes next. `new_path` is empty for those who may not create one.

    `calendar_address` is where programs ask for the team's calendar, `renew_path` ends it for another.
    """

    template: ClassVar[str] = "events/workspace/overview.html"
    frame: Frame
    now: datetime
    tasks: tuple[Task, ...]
    rows: tuple[DialogueRow, ...]
    new_path: str
    calendar_address: str
    renew_path: str
    calendar_renewed: bool


@dataclass(frozen=True)
class OfferLine:
    """How it stands with one offer."""

    title: str
    taken: int
    capacity: int | None


@dataclass(frozen=True)
class DialogueHomePage:
    """One dialogue in the workspace. Paths are empty where the viewer may not go or there is nothing to do.

    `tabs`: (path, label, current). `dates`: the rule, then each of several dates. `done` and `problem` are sentences on what was just asked for.
    """

    template: ClassVar[str] = "events/workspace/dialogue.html"
    frame: Frame
    title: str
    overview_path: str
    path: str
    state: str
    state_label: str
    seats: Seats
    start: datetime
    end: datetime
    place: str
    taken: int
    capacity: int | None
    offers: tuple[OfferLine, ...]
    tabs: tuple[tuple[str, str, bool], ...]
    dates: Sequence[str] = ()
    dates_path: str = ""
    cancel_reason: str = ""
    public_path: str = ""
    preview_path: str = ""
    edit_path: str = ""
    publish_path: str = ""
    postpone_path: str = ""
    cancel_path: str = ""
    done: str = ""
    problem: str = ""


@dataclass(frozen=True)
class EditPage:
    """The form of a dialogue. `form_id`: create-dialogue or change-dialogue.

    `affected` is how many registered people a change would reach; None: nobody can be registered yet. `formats` are
    (label, what makes it), `districts` the names to choose a Kreis from, `series` those of the initiative. `back_path` leads to the dialogue, or to the
    overview when it is new. `preview`: it can be saved and looked at in one step. `tabs`: (path, label, current). `lost`: changes of
    single dates that saving loses, each in a line, and the names by which the form says that they were read.
    """

    template: ClassVar[str] = "events/workspace/edit.html"
    frame: Frame
    heading: str
    form: DialogueForm
    form_id: str
    action: str
    button: str
    back_path: str
    back_label: str
    formats: tuple[tuple[str, str], ...]
    affected: int | None = None
    tabs: tuple[tuple[str, str, bool], ...] = ()
    preview: bool = False
    series: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    lost_names: str = ""
    districts: tuple[str, ...] = DISTRICT_NAMES
