"""Tokens: derived ones that letters repeat, and random ones that are stored as a hash.

A derived token is `<key id 4><object id 16><mac 26>` in lower base32; the mac is 128 bits of HMAC-SHA-256 over purpose,
object id and version. Nothing of it is stored. Keys carry an id, so the first key of DIALOGWERK_SECRET_KEY signs while
the others still verify.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache

from kit.ids import ID_LENGTH
from kit.settings import settings

_KEY_ID = 4
_MAC = 26


@lru_cache(maxsize=64)
def _key_id(secret: str) -> str:
    return base64.b32encode(hashlib.sha256(b"key-id" + secret.encode()).digest()[:3]).decode().lower()[:_KEY_ID]


@lru_cache(maxsize=256)
def derived_key(secret: str, use: str) -> bytes:
    """A 32-byte key for one use, derived from one secret."""
    return hmac.digest(secret.encode(), b"dialogwerk:" + use.encode(), "sha256")


def _mac(secret: str, purpose: str, object_id: str, version: int) -> str:
    text = f"{purpose}|{object_id}|{version}".encode()
    digest = hmac.digest(derived_key(secret, "token"), text, "sha256")[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def derive(purpose: str, object_id: str, version: int) -> str:
    """The token for one object, one purpose and one version, under the first key."""
    secret = settings().secret_keys[0]
    return _key_id(secret) + object_id + _mac(secret, purpose, object_id, version)


@dataclass(frozen=True)
class Presented:
    """A token as it came in: who it claims to be. It proves nothing before `proves` says so."""

    object_id: str
    key_id: str
    mac: str

    def proves(self, purpose: str, version: int) -> bool:
        """Whether the token is right for this purpose and version, in constant time for each key."""
        return any(
            hmac.compare_digest(self.mac, _mac(secret, purpose, self.object_id, version))
            for secret in settings().secret_keys
            if _key_id(secret) == self.key_id
        )


def present(token: str) -> Presented | None:
    """Splits a token; None when its form is wrong."""
    if len(token) != _KEY_ID + ID_LENGTH + _MAC or not token.isascii() or not token.isalnum() or token != token.lower():
        return None
    return Presented(
        key_id=token[:_KEY_ID], object_id=token[_KEY_ID : _KEY_ID + ID_LENGTH], mac=token[_KEY_ID + ID_LENGTH :]
    )


def random_token() -> str:
    """160 random bits, URL-safe."""
    return base64.b32encode(secrets.token_bytes(20)).decode().lower()


def token_hash(token: str) -> str:
    """What the database keeps of a random token."""
    return hashlib.sha256(b"dialogwerk-token:" + token.encode("utf-8", "replace")).hexdigest()


def keyed_hash(use: str, value: str) -> str:
    """A pseudonym under the first key: equal values are equal, the value cannot be found without the key."""
    return hmac.digest(derived_key(settings().secret_keys[0], use), value.encode(), "sha256").hex()[:32]
