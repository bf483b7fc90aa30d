"""What the pages of network show."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kit.templates import Frame, Section
from network.forms import BarrierForm, InitiativeForm, MemberForm, RoleForm


@dataclass(frozen=True)
class Sender:
    """The initiative whose page it is."""

    name: str
    path: str
    accent: str
    logo: str


@dataclass(frozen=True)
class TextPage:
    """Imprint, privacy, accessibility, how it works, in the template for prose. Texts come translated."""

    template: ClassVar[str] = "events/text.html"
    frame: Frame
    title: str
    sections: tuple[Section, ...]
    lead: str = ""
    sender: Sender | None = None
    back_path: str = ""
    back_label: str = ""
    form: BarrierForm | None = None
    form_id: str = ""
    form_path: str = ""
    form_heading: str = ""
    form_button: str = ""
    done: str = ""


@dataclass(frozen=True)
class MyInitiative:
    """One of the initiatives somebody belongs to."""

    slug: str
    name: str
    land: str
    accent: str
    logo: str
    role: str


@dataclass(frozen=True)
class MyInitiativesPage:
    """The workspace's door for people with several initiatives, or with none yet."""

    template: ClassVar[str] = "network/mine.html"
    frame: Frame
    initiatives: tuple[MyInitiative, ...]
    desk: bool


@dataclass(frozen=True)
class MemberLine:
    """One of the team."""

    id: str
    name: str
    email: str
    role: str
    meaning: str
    me: bool


@dataclass(frozen=True)
class InvitationLine:
    """Somebody who was asked into the team; times are local. `open`: the link still works."""

    id: str
    name: str
    email: str
    role: str
    sent: datetime
    expires: datetime
    open: bool


@dataclass(frozen=True)
class InvitationPage:
    """What the invited person sees behind the mailed link."""

    template: ClassVar[str] = "network/invitation.html"
    frame: Frame
    action: str
    initiative: str
    role_sentence: str
    email: str


@dataclass(frozen=True)
class TeamPage:
    """The team, who is invited, and the form for somebody new. `done` says what was done, `refusal` why something was not."""

    template: ClassVar[str] = "network/team.html"
    frame: Frame
    slug: str
    members: tuple[MemberLine, ...]
    invitations: tuple[InvitationLine, ...]
    form: MemberForm
    done: str
    refusal: str


@dataclass(frozen=True)
class MemberPage:
    """One member: another role, or out of the team. `refusal` says why something was not done."""

    template: ClassVar[str] = "network/member.html"
    frame: Frame
    slug: str
    member: MemberLine
    form: RoleForm
    refusal: str


@dataclass(frozen=True)
class EraseAccountPage:
    """What goes with an account. `alone`: initiatives (name, slug) that nobody else owns; `refusal` says why it was kept."""

    template: ClassVar[str] = "network/erase_account.html"
    frame: Frame
    email: str
    teams: tuple[str, ...]
    alone: tuple[tuple[str, str], ...]
    refusal: str


@dataclass(frozen=True)
class SettingsPage:
    """Look and texts of an initiative. `own_logo`: the logo is a picture; `logo_problem` says why a file was not taken."""

    template: ClassVar[str] = "network/settings.html"
    frame: Frame
    slug: str
    form: InitiativeForm
    saved: bool
    logo: str
    own_logo: bool
    logo_problem: str
