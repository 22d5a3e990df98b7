"""Values to payloads and back: compressed, encrypted where a key is given, big ones by content."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from checkpoints.compression import UnavailableError, compress, decompress
from checkpoints.encryption import Cipher, Key, TamperedError, WrongKeyError
from checkpoints.errors import (
    CompressionUnavailableError,
    CorruptPayloadError,
    LostValueError,
    NotEncryptedError,
    UnknownKeyError,
)
from checkpoints.frames import (
    COMPRESSION,
    DIGEST,
    EMPTY,
    ENCRYPTED,
    ENVELOPE,
    NOTHING,
    PARTS,
    REFERENCE,
    Frame,
    Head,
    Typed,
    seal,
    sealed_plainly,
    tagged,
    unseal,
    untagged,
    written,
)
from checkpoints.lists import joined

COMPRESS_ABOVE = 2048
"""Bytes; by default, what is smaller is not compressed."""
BIG = 4096
"""Bytes; from here on a value is stored once, by its content, and referred to."""

Blobs = Mapping[str, bytes | None]
"""Big values by digest."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How payloads are made. `compress_above` is in bytes, None for never; so is `big`.

    With a cipher, plain text is refused on reading, unless `plain_too` (for the time of a migration).
    """

    compress_above: int | None = COMPRESS_ABOVE
    cipher: Cipher | None = None
    plain_too: bool = False
    big: int = BIG

    @classmethod
    def of(cls, compress_above: int | None, keys: Key | Sequence[Key] | None) -> Codec:
        """From what a user says; raises as `Cipher.of` does."""
        return cls(compress_above, None if keys is None else Cipher.of(keys))

    def seal(self, name: str, typed: Typed) -> bytes:
        """The payload that lies under `name`."""
        body = tagged(typed)
        small = self.compress_above is None or len(body) <= self.compress_above
        if small and self.cipher is None and typed[0] != EMPTY:
            return sealed_plainly(name, body)
        return self._sealed(name, NOTHING if typed[0] == EMPTY else 0, b"", body)

    def seal_envelope(self, name: str, head: Head, body: Typed) -> bytes:
        """The envelope of the checkpoint called `name`."""
        return self._sealed(name, ENVELOPE, written(head), tagged(body))

    def refer(self, name: str, digests: Sequence[str], *, in_parts: bool = False) -> bytes:
        """The payload under `name` that says: it is the big value with this digest, or a list of these parts."""
        clear = len(digests).to_bytes(2) + "".join(digests).encode()
        return self._sealed(name, REFERENCE | (PARTS if in_parts else 0), clear, b"")

    def digest(self, typed: Typed) -> str:
        """The name of a big value; with a key, it tells nothing of the content."""
        found = sha256() if self.cipher is None else hmac.new(self.cipher.digest_key, None, sha256)
        found.update(typed[0].encode() + b"\0")
        found.update(typed[1])
        return found.hexdigest()[:DIGEST]

    def unseal(
        self,
        thread: str,
        name: str,
        payload: bytes,
        blobs: Blobs | None = None,
        told: Callable[[Sequence[str], Sequence[Typed]], None] | None = None,
    ) -> Typed:
        """What lies under `name`, looked up in `blobs` where it is a reference; then `told` gets digests and parts.

        CorruptPayloadError, UnsupportedFormatError, LostValueError (the big value is gone),
        NotEncryptedError, UnknownKeyError, CompressionUnavailableError.
        """
        frame = unseal(thread, name, payload)
        data = self._body(thread, name, frame)
        if not frame.has(REFERENCE):
            return _typed(thread, name, data)
        parts = []
        for digest in frame.digests:
            blob = (blobs or {}).get(digest)
            if blob is None:
                raise LostValueError(thread, name)
            parts.append(self.unseal(thread, digest, blob))
        if told is not None:
            told(frame.digests, parts)
        return joined(parts) if frame.has(PARTS) else parts[0]

    def is_current(self, frame: Frame) -> bool:
        """Whether a frame is in the form in which it would be made now, encrypted with the first key.

        How it is compressed makes no difference.
        """
        if frame.how is None or frame.has(ENCRYPTED) != (self.cipher is not None):
            return False
        return self.cipher is None or frame.body.startswith(self.cipher.first)

    def referred_anew(self, thread: str, name: str, frame: Frame) -> bytes:
        """A reference once more, after it was seen to be genuine; raises as `unseal` does."""
        self._body(thread, name, frame)
        return self.refer(name, frame.digests, in_parts=frame.has(PARTS))

    def unseal_envelope(self, thread: str, name: str, envelope: bytes) -> tuple[Head, Typed]:
        """Head and body of an envelope; raises as `unseal` does."""
        frame = unseal(thread, name, envelope, envelope=True)
        return frame.head, _typed(thread, name, self._body(thread, name, frame))

    def _sealed(self, name: str, how: int, clear: bytes, body: bytes) -> bytes:
        if self.compress_above is not None and len(body) > self.compress_above:
            method, smaller = compress(body)
            if method:
                how |= method
                body = len(body).to_bytes(4) + smaller
        if self.cipher is not None:
            how |= ENCRYPTED
            body = self.cipher.encrypt(body, _bound(name, how, clear))
        return seal(name, how, clear, body)

    def _body(self, thread: str, name: str, frame: Frame) -> bytes:
        body = frame.body
        if frame.has(ENCRYPTED):
            body = self._decrypted(thread, name, frame)
        elif self.cipher is not None and not self.plain_too:
            raise NotEncryptedError(thread, name)
        method = (frame.how or 0) & COMPRESSION
        if not method:
            return body
        try:
            return decompress(method, body[4:], int.from_bytes(body[:4]))
        except UnavailableError as error:
            raise CompressionUnavailableError(thread, name) from error
        except ValueError as error:
            raise CorruptPayloadError(
                thread, name, f"it cannot be decompressed: {error}"
            ) from error

    def _decrypted(self, thread: str, name: str, frame: Frame) -> bytes:
        if self.cipher is None:
            raise UnknownKeyError(thread, name, frame.body[:4].hex(), given=False)
        try:
            return self.cipher.decrypt(frame.body, _bound(name, frame.how or 0, frame.clear))
        except WrongKeyError as error:
            raise UnknownKeyError(thread, name, str(error), given=True) from error
        except TamperedError as error:
            raise CorruptPayloadError(
                thread, name, "it was altered, or moved from under another name"
            ) from error


PLAIN = Codec()


def resealed(codec: Codec, thread: str, name: str, payload: bytes) -> bytes | None:
    """A payload in the form in which it would be made now; None where it is in that form."""
    if codec.is_current(unseal(thread, name, payload)):
        return None
    return codec.seal(name, codec.unseal(thread, name, payload))


def _bound(name: str, how: int, clear: bytes) -> bytes:
    return b"\0".join((name.encode(), bytes((how,)), clear))


def _typed(thread: str, name: str, data: bytes) -> Typed:
    try:
        return untagged(data)
    except (IndexError, UnicodeDecodeError) as error:
        raise CorruptPayloadError(thread, name, "it does not say of what type it is") from error
