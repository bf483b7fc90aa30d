"""Where a letter comes back to: the mailbox for answers, with a token that names the letter.

It is the sender of the envelope (VERP), so whatever a mail server reports says which letter it means, however it words
it. Answers to invitations go to the same mailbox under another purpose; the token of one is none of the other.
"""

from kit import tokens

_PURPOSE = "bounce"
_VERSION = 1


def bounce_address(mailbox: str, letter_id: str) -> str:
    """The sender of a letter's envelope; empty without a mailbox."""
    if not mailbox:
        return ""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+{tokens.derive(_PURPOSE, letter_id, _VERSION)}@{domain}"


def letter_of(token: str) -> str | None:
    """The letter that a token names; None for every other token. Mail servers may have changed its case."""
    presented = tokens.present(token.lower())
    if presented is None or not presented.proves(_PURPOSE, _VERSION):
        return None
    return presented.object_id
