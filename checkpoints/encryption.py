"""Payloads under AES-GCM (NIST SP 800-38D), with keys that can be changed while all goes on.

Each payload has a nonce of its own and is bound to the name that it lies under, so that none
can be put in another's place. The names of threads, tasks and channels stay readable.
Random nonces of 96 bits are good for 2^32 payloads under one key: then take a new one.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from checkpoints.errors import EncryptionKeyError, EncryptionUnavailableError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_ID, NONCE = 4, 12
"""Bytes."""

Key = bytes | str
"""16, 24 or 32 bytes, or the same in base64."""


class WrongKeyError(Exception):
    """It was encrypted with a key that is not among those given; `args[0]` is its id, in hex."""


class TamperedError(Exception):
    """It was altered, or lies under another name than it was encrypted for."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Cipher:
    """Encrypts with the first key, decrypts with the one that was used."""

    first: bytes
    keys: dict[bytes, AESGCM]
    digest_key: bytes

    @classmethod
    def of(cls, keys: Key | Sequence[Key]) -> Cipher:
        """From one key or several, the newest first.

        EncryptionKeyError: a key has the wrong length. EncryptionUnavailableError: the package
        `cryptography` is missing.
        """
        try:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # an extra
        except ImportError as error:
            raise EncryptionUnavailableError from error

        given = [_bytes(key) for key in ([keys] if isinstance(keys, bytes | str) else keys)]
        if not given:
            raise EncryptionKeyError("there is none")
        ciphers = {key_id(key): AESGCM(key) for key in given}
        return cls(key_id(given[0]), ciphers, blake2b(given[0], person=b"digests").digest())

    def encrypt(self, data: bytes, bound: bytes) -> bytes:
        """Key id, nonce, and `data` encrypted; `bound` has to be the same when it is decrypted."""
        nonce = os.urandom(NONCE)
        return self.first + nonce + self.keys[self.first].encrypt(nonce, data, bound)

    def decrypt(self, data: bytes, bound: bytes) -> bytes:
        """What was encrypted. WrongKeyError, TamperedError."""
        from cryptography.exceptions import InvalidTag  # loaded with the first cipher

        used, nonce = data[:KEY_ID], data[KEY_ID : KEY_ID + NONCE]
        if used not in self.keys:
            raise WrongKeyError(used.hex())
        try:
            return self.keys[used].decrypt(nonce, data[KEY_ID + NONCE :], bound)
        except (InvalidTag, ValueError) as error:
            raise TamperedError from error


def key_id(key: bytes) -> bytes:
    """What stands with each payload to say which key it needs; tells nothing of the key."""
    return blake2b(key, digest_size=KEY_ID, person=b"key id").digest()


def _bytes(key: Key) -> bytes:
    if isinstance(key, str):
        try:
            key = base64.b64decode(key, validate=True)
        except (binascii.Error, ValueError) as error:
            raise EncryptionKeyError("it is a string that is no base64") from error
    if len(key) not in {16, 24, 32}:
        raise EncryptionKeyError(f"it has {len(key)} bytes")
    return key
