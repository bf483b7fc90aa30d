"""A passkey device made of software: what a browser would send, right or wrong in one part at a time."""

import hashlib
import json
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

ORIGIN, HOST = "http://testserver", "testserver"
PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class Device:
    """Holds one key pair. `counter` None: it does not count, like most passkeys of phones."""

    def __init__(self, name: bytes = b"device-1", counter: int | None = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = hashlib.sha256(name).digest()
        self.counter = counter
        self.user = b""

    def create(self, options: dict[str, Any], **odd: Any) -> str:
        """The answer to a question for a new passkey."""
        self.user = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + key
        data = self._data(odd, WITH_KEY) + attested
        response = {
            "clientDataJSON": self._client(options, odd, "webauthn.create"),
            "attestationObject": encode(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._sent(response)

    def get(self, options: dict[str, Any], **odd: Any) -> str:
        """The answer to a question for a passkey it knows."""
        data, client = self._data(odd, 0), self._client(options, odd, "webauthn.get")
        signed = data + hashlib.sha256(decode(client)).digest()
        signer = odd.get("key", self.key)
        response = {
            "clientDataJSON": client,
            "authenticatorData": encode(data),
            "signature": encode(signer.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": odd.get("user", self.user),
        }
        return self._sent(response)

    def _data(self, odd: dict[str, Any], more: int) -> bytes:
        if self.counter is not None:
            self.counter += 1
        flags = odd.get("flags", PRESENT | VERIFIED) | more
        host = hashlib.sha256(odd.get("host", HOST).encode()).digest()
        return host + bytes([flags]) + struct.pack(">I", odd.get("counter", self.counter or 0))

    def _client(self, options: dict[str, Any], odd: dict[str, Any], kind: str) -> str:
        client = {
            "type": odd.get("type", kind),
            "challenge": odd.get("challenge", options["challenge"]),
            "origin": odd.get("origin", ORIGIN),
        }
        return encode(json.dumps(client).encode())

    def _sent(self, response: dict[str, Any]) -> str:
        named = encode(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})


def encode(value: bytes) -> str:
    return bytes_to_base64url(value)


def decode(value: str) -> bytes:
    return base64url_to_bytes(value)
