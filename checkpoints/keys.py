"""Names in Redis: which keys a thread has, and which fields stand in them.

All keys of a thread share the hash tag `{thread}`, so they live in one slot of a cluster:

    <prefix>thread:{T}:index        sorted set   namespace/checkpoint, in the order of the ids
    <prefix>thread:{T}:checkpoints  hash         namespace/checkpoint -> envelope
    <prefix>thread:{T}:values       hash         namespace/channel/version -> payload, or a reference
    <prefix>thread:{T}:blobs        hash         digest -> payload of a big value, stored once
    <prefix>thread:{T}:writes       sorted set   namespace/checkpoint/task/+n/indices/channels/digests/path/payload
                                                 namespace/checkpoint/task/index/channel/path/payload
    <prefix>thread:{T}:journal      sorted set   place/key/number/payload
    <prefix>thread:{T}:runs         hash         run -> number/payload
    <prefix>thread:{T}:meta         hash         format, created, updated (µs), fence, run:<id> ...
    <prefix>thread:{T}:lease        string       owner/token

The sorted sets have all scores 0: Redis keeps their members in byte order, so that a prefix
is one range and what belongs together is read in one command. Parts are escaped, so "/"
only ever separates.

What a task writes in one go stands in one member, a pack: `+n` counts the packs of a task,
`indices` says how many writes there are (or which, after a colon, where they do not count
from 0), `channels` and `digests` are lists with commas. Writes to special channels (negative indices, such as an interrupt) stand alone.
In format 1 every write stood alone, and no value by its content; both are still read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from checkpoints.errors import CheckpointsError

FORMAT = "2"
"""The version of this layout, stored with each thread."""

_SPECIAL = re.compile(r"[%/{}\x00-\x1f\x7f]")
_PARTS = ("index", "checkpoints", "values", "blobs", "writes", "journal", "runs", "meta", "lease")


@dataclass(eq=False)
class PrefixError(CheckpointsError):
    """A key prefix with a brace: it would take the place of the thread as the hash tag."""

    prefix: str

    def __str__(self) -> str:
        return f"the key prefix {self.prefix!r} may not contain braces"


@lru_cache(4096)  # the same few names and ids at every step
def escape(text: str) -> str:
    """`text` without separators, braces and control characters, each as %XX."""
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(lambda match: f"%{ord(match[0]):02X}", text)


def listed(texts: Iterable[str]) -> str:
    """Escaped texts, with commas between them."""
    return ",".join(escape(text).replace(",", "%2C") for text in texts)


def unlisted(text: str) -> list[str]:
    """The texts that `listed` was given; at least one."""
    return [unescape(one) for one in text.split(",")]


def unescape(text: str) -> str:
    """The text that `escape` was given."""
    return unquote(text) if "%" in text else text


def check_prefix(prefix: str) -> str:
    """`prefix` again, or `PrefixError`."""
    if "{" in prefix or "}" in prefix:
        raise PrefixError(prefix)
    return prefix


@lru_cache(1024)
def thread_keys(prefix: str, thread: str) -> tuple[str, ...]:
    """The keys of a thread, in the order that every script expects; the lease is the last."""
    # An empty tag would make Redis hash the whole key, so it gets a name no thread escapes to.
    base = f"{prefix}thread:{{{escape(thread) or '%'}}}:"
    return tuple(base + part for part in _PARTS)


def threads_pattern(prefix: str) -> str:
    """The SCAN pattern that finds one key, the last part `meta`, of each thread."""
    return re.sub(r"([*?\[\]\\^])", r"\\\1", prefix) + "thread:{*}:meta"


def thread_of(prefix: str, key: str) -> str:
    """The thread that a key found by `threads_pattern` belongs to."""
    tag = key[len(prefix) + len("thread:{") : -len("}:meta")]
    return "" if tag == "%" else unescape(tag)


def checkpoint_name(namespace: str, checkpoint: str) -> str:
    """The name of a checkpoint in `index`, `checkpoints` and, as a beginning, in `writes`."""
    return f"{escape(namespace)}/{escape(checkpoint)}"


def split_name(name: str) -> tuple[str, str]:
    """Namespace and checkpoint id of a checkpoint's name."""
    namespace, _, checkpoint = name.partition("/")
    return unescape(namespace), unescape(checkpoint)


@lru_cache(4096)
def value_ref(channel: str, version: str | float) -> str:
    """The name of a value within its namespace: channel and version."""
    return f"{escape(channel)}/{escape(version_text(version))}"


def split_ref(ref: str) -> tuple[str, str | int | float]:
    """Channel and version of a value's name."""
    channel, _, version = ref.partition("/")
    return unescape(channel), version_of(unescape(version))


def version_text(version: str | float) -> str:
    """A channel version as text, so that 1, 1.0 and "1" stay apart."""
    if isinstance(version, str) and not version.startswith("="):
        return version
    return "=" + json.dumps(version)


def version_of(text: str) -> str | int | float:
    """The channel version that `version_text` was given."""
    version: str | int | float = json.loads(text[1:]) if text.startswith("=") else text
    return version
