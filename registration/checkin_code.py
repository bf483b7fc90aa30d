"""The code on tickets and badges: `DW1:` + base45 of check-in id (10 bytes) and its Ed25519 signature (64 bytes).

It identifies at the door and gives no other right. The alphabet is that of QR's alphanumeric mode, so that the symbol
is version 5 at level M.
"""

import hmac
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREFIX = "DW1:"
ID_BYTES = 10
_SIGNATURE_BYTES = 64
LENGTH = len(PREFIX) + (ID_BYTES + _SIGNATURE_BYTES) // 2 * 3
"""Letters of a code: two bytes make three."""
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """The signing key of one installation secret. Raises ValueError for an empty secret."""
    if not secret:
        raise ValueError("A signing key needs a secret.")
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dialogwerk:check-in:ed25519:1").derive(secret)
    return Ed25519PrivateKey.from_private_bytes(seed)


def encode(checkin_id: bytes, private_key: Ed25519PrivateKey) -> str:
    """The code of one participant. Raises ValueError unless the id has ten bytes."""
    if len(checkin_id) != ID_BYTES:
        raise ValueError("A check-in id has ten bytes.")
    return PREFIX + base45(checkin_id + private_key.sign(checkin_id))


def decode(text: str, private_keys: list[Ed25519PrivateKey]) -> bytes | None:
    """The check-in id when one of the keys has signed it, otherwise None; several keys let a secret be rotated.

    A key signs the same id always in the same way (RFC 8032), and signing takes a third of the time of verifying.
    """
    if not text.startswith(PREFIX):
        return None
    raw = from_base45(text[len(PREFIX) :])
    if raw is None or len(raw) != ID_BYTES + _SIGNATURE_BYTES:
        return None
    checkin_id, signature = raw[:ID_BYTES], raw[ID_BYTES:]
    return checkin_id if any(hmac.compare_digest(key.sign(checkin_id), signature) for key in private_keys) else None


def base45(data: bytes) -> str:
    """RFC 9285, section 4: two bytes give three characters, a last single byte two."""
    letters: list[str] = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            number, value = divmod(number, 45)
            letters.append(_ALPHABET[value])
    return "".join(letters)


def from_base45(text: str) -> bytes | None:
    """The bytes behind base45, None for anything that RFC 9285 does not allow."""
    values = [_VALUES.get(letter, -1) for letter in text]
    if len(values) % 3 == 1 or -1 in values:
        return None
    threes = zip(values[0::3], values[1::3], values[2::3], strict=False)
    pairs = [first + 45 * second + 2025 * third for first, second, third in threes]
    single = [values[-2] + 45 * values[-1]] if len(values) % 3 else []
    if any(number >= 256**2 for number in pairs) or any(number >= 256 for number in single):
        return None
    return struct.pack(f">{len(pairs)}H", *pairs) + bytes(single)
