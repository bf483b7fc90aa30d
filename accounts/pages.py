"""What the pages of accounts show."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from accounts.forms import AccountForm, EmailForm, PasskeyForm, SignInForm
from kit.templates import Frame


@dataclass(frozen=True)
class SignInPage:
    """Asks for an address, or for a passkey where the browser is on `passkey_host` and can. `refusal` says why one failed."""

    template: ClassVar[str] = "accounts/sign_in.html"
    frame: Frame
    form: SignInForm
    passkey_host: str
    done: str
    refusal: str


@dataclass(frozen=True)
class SignInSentPage:
    """Says the same whether a letter is under way or not. `letters_here`: the demo shows its letters itself."""

    template: ClassVar[str] = "accounts/sign_in_sent.html"
    frame: Frame
    minutes: int
    letters_here: bool


@dataclass(frozen=True)
class ConfirmPage:
    """The button behind a mailed link."""

    template: ClassVar[str] = "accounts/confirm.html"
    frame: Frame
    action: str
    email: str


@dataclass(frozen=True)
class ConfirmAddressPage:
    """The button behind the link that was mailed to a new address."""

    template: ClassVar[str] = "accounts/confirm_address.html"
    frame: Frame
    action: str
    email: str


@dataclass(frozen=True)
class SessionLine:
    """One signed-in browser; times are local."""

    id: str
    device: str
    since: datetime
    seen: datetime
    current: bool


@dataclass(frozen=True)
class PasskeyLine:
    """One passkey; times are local. `used` is None before the first use."""

    id: str
    name: str
    since: datetime
    used: datetime | None


@dataclass(frozen=True)
class AccountPage:
    """One's own name, language, passkeys and sessions. `done` says what was changed just now; `passkey_site` is the host and
    the origin that passkeys are for."""

    template: ClassVar[str] = "accounts/account.html"
    frame: Frame
    form: AccountForm
    email: str
    email_form: EmailForm
    passkeys: tuple[PasskeyLine, ...]
    passkey_form: PasskeyForm
    passkey_site: tuple[str, str]
    sessions: tuple[SessionLine, ...]
    done: str
    refusal: str
