"""Words that are kept sealed: encrypted by a key of their use, derived from DIALOGWERK_SECRET_KEY.

The first key seals, each of them opens, so that a key can be changed. `resealed` brings words under the first one.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from kit.settings import settings
from kit.tokens import derived_key


def seal(use: str, words: str) -> str:
    return _locks(use)[0].encrypt(words.encode()).decode()


def unseal(use: str, sealed: str) -> str | None:
    """The words, None when none of the keys opens them."""
    try:
        return MultiFernet(_locks(use)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def resealed(use: str, sealed: str) -> str | None:
    """The same words under the first key; None where they are already, or where no key opens them."""
    first, *others = _locks(use)
    if not others:
        return None
    try:
        first.decrypt(sealed.encode())
    except InvalidToken:
        words = unseal(use, sealed)
        return None if words is None else seal(use, words)
    return None


def _locks(use: str) -> list[Fernet]:
    return [Fernet(base64.urlsafe_b64encode(derived_key(secret, use))) for secret in settings().secret_keys]
