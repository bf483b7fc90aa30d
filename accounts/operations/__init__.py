"""The only writers of persons, links and sessions: one function per verb."""

from accounts.operations.address import (
    AddressTaken,
    ChangedOften,
    ChangeGone,
    SameAddress,
    confirm_email_change,
    request_email_change,
)
from accounts.operations.passkeys import (
    PasskeyRefused,
    PasskeysFull,
    add_passkey,
    answered_passkey,
    ask_for_any,
    ask_for_new,
    delete_passkey,
)
from accounts.operations.people import change_person, ensure_person, erase_person
from accounts.operations.sign_in import (
    LinkGone,
    end_other_sessions,
    end_session,
    forget_ended,
    make_sign_in_link,
    redeem,
    request_sign_in_link,
    sign_in,
    sign_out,
    welcome,
)

__all__ = [
    "AddressTaken",
    "ChangeGone",
    "ChangedOften",
    "LinkGone",
    "PasskeyRefused",
    "PasskeysFull",
    "SameAddress",
    "add_passkey",
    "answered_passkey",
    "ask_for_any",
    "ask_for_new",
    "change_person",
    "confirm_email_change",
    "delete_passkey",
    "end_other_sessions",
    "end_session",
    "ensure_person",
    "erase_person",
    "forget_ended",
    "make_sign_in_link",
    "redeem",
    "request_email_change",
    "request_sign_in_link",
    "sign_in",
    "sign_out",
    "welcome",
]
