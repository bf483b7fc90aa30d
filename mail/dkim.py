"""DKIM signatures (RFC 6376, RFC 8463) by the key of the installation, relaxed/relaxed, through cryptography."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from kit.clock import wall_now
from kit.settings import SettingsError, settings

LEAST_BITS = 2048
# Named twice where they may stand once: whoever adds a second one breaks the signature.
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Content-Type", "MIME-Version")
ALSO = ("Auto-Submitted", "Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post")
_SPACE = re.compile(rb"[ \t]+")
_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:((?:.*\r\n)(?:[ \t].*\r\n)*)")


@dataclass(frozen=True)
class Signer:
    """One key under its name in the domain that letters come from."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey

    @property
    def kind(self) -> str:
        return "rsa" if isinstance(self.key, RSAPrivateKey) else "ed25519"

    @property
    def name(self) -> str:
        """Where the record stands."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def public(self) -> str:
        """The public key as the record's `p=` has it."""
        form = (
            (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            if self.kind == "rsa"
            else (Encoding.Raw, PublicFormat.Raw)
        )
        return base64.b64encode(self.key.public_key().public_bytes(*form)).decode()

    @property
    def record(self) -> str:
        return f"v=DKIM1; k={self.kind}; p={self.public}"

    def signed(self, message: bytes) -> bytes:
        """The message, lines ended by CRLF, with its signature in front."""
        head, _blank, body = message.partition(b"\r\n\r\n")
        named: dict[bytes, list[bytes]] = {}
        for name, value in _HEADER.findall(head + b"\r\n"):
            named.setdefault(name.lower(), []).append(value)
        chosen = [name for name in (*ONCE, *ALSO) if name.lower().encode() in named] + list(ONCE)
        tags = (
            f"v=1; a={self.kind}-sha256; c=relaxed/relaxed; d={self.domain}; s={self.selector};\r\n"
            f" t={int(wall_now().timestamp())}; h={':'.join(chosen)};\r\n"
            f" bh={base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()};\r\n b="
        )
        lines = [
            relaxed_header(name.lower().encode(), named[name.lower().encode()][-1])
            for name in chosen[: len(chosen) - len(ONCE)]
        ]
        lines.append(relaxed_header(b"dkim-signature", tags.encode()).removesuffix(b"\r\n"))
        signature = base64.b64encode(self._sign(b"".join(lines))).decode()
        folded = "\r\n ".join(signature[place : place + 72] for place in range(0, len(signature), 72))
        return f"DKIM-Signature: {tags}{folded}\r\n".encode() + message

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(hashlib.sha256(data).digest())
        return self.key.sign(data, PKCS1v15(), SHA256())


def relaxed_header(name: bytes, value: bytes) -> bytes:
    """RFC 6376, section 3.4.2."""
    return name + b":" + _SPACE.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ") + b"\r\n"


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376, section 3.4.4."""
    # Files are lines without a space, and looking for one is dearer than the signature.
    if b"\t" in body or b"  " in body:
        body = _SPACE.sub(b" ", body)
    text = body.replace(b" \r\n", b"\r\n").rstrip(b" ").rstrip(b"\r\n")
    return text + b"\r\n" if text else b""


@cache
def _key(path: str) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            f"DIALOGWERK_DKIM_KEY must name a readable file with a private key as PEM without a password: {error}"
        ) from error
    if isinstance(key, Ed25519PrivateKey) or (isinstance(key, RSAPrivateKey) and key.key_size >= LEAST_BITS):
        return key
    raise SettingsError(f"DIALOGWERK_DKIM_KEY must be RSA of at least {LEAST_BITS} bits, or Ed25519.")


def signer() -> Signer | None:
    """Who signs the letters of this installation; None without a key. Raises SettingsError."""
    config = settings()
    if not config.dkim_key:
        return None
    return Signer(config.mail_from.rpartition("@")[2], config.dkim_selector, _key(config.dkim_key))
