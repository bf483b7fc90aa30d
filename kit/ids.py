"""Random public ids. An id is never authority: what may be done is decided elsewhere."""

import base64
import secrets

ID_LENGTH = 16


def new_id() -> str:
    """80 random bits as 16 lower-case base32 characters."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()


def id_bytes(value: str) -> bytes:
    """The ten bytes behind an id, as they stand in a ticket's code."""
    return base64.b32decode(value.upper())


def id_from_bytes(value: bytes) -> str:
    """The id of ten bytes read from a ticket's code."""
    return base64.b32encode(value).decode("ascii").lower()


_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """A reference that people read aloud: 8 characters without look-alikes, about 39 bits."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
