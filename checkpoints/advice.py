"""What to change about a server, so that threads are safe in it: asked in one round trip, answered in sentences.

Only what is wrong in every use of a memory is told. How much the machine's own failure may cost
(`appendfsync`) is a choice with a price, described in docs/redis.md, and no fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checkpoints.calls import Ask, Trip

OLDEST = (6, 2)
"""The oldest Redis whose scripts and commands all work as they are used here."""

Said = Mapping[str, Any]
"""What a server says of itself by name; empty where it does not permit to ask."""


def advise() -> Trip[list[str]]:
    """What to change, a sentence each; nothing where all is well, or where the server does not tell."""
    facts, settings = yield [Ask(("INFO",)), Ask(("CONFIG GET", "save"))]
    told: dict[str, list[str]] = {}
    for server in facts:
        for sentence in _sentences(facts[server] or {}, settings[server] or {}):
            told.setdefault(sentence, []).append(server)
    # Where it is the same everywhere, as it is on a single server, nobody asks where.
    return [
        sentence if len(servers) == len(facts) else f"{', '.join(servers)}: {sentence}"
        for sentence, servers in told.items()
    ]


def _sentences(facts: Said, settings: Said) -> Iterator[str]:
    version = str(facts.get("redis_version", ""))
    if version and _numbers(version) < OLDEST:
        yield f"Redis is {version} and may not know all that is asked of it: take 6.2 or later"
    if facts.get("role") == "slave" and facts.get("slave_read_only") == 1:
        yield "this is a replica that can only be read: name its master, or nothing can be stored"
    yield from _about_eviction(facts)
    yield from _about_persistence(facts, settings)


def _about_eviction(facts: Said) -> Iterator[str]:
    policy = str(facts.get("maxmemory_policy", "noeviction"))
    if policy == "noeviction" or not facts.get("maxmemory"):
        return
    what = "parts of threads"
    if policy.startswith("volatile-"):
        what = "leases, and parts of threads that are to expire,"
    yield (
        f"maxmemory-policy is {policy}: once memory is full, Redis drops {what} "
        "without a word, and what is left cannot be relied on; set it to noeviction"
    )


def _about_persistence(facts: Said, settings: Said) -> Iterator[str]:
    if facts.get("aof_enabled") != 0 or "save" not in settings:
        return
    snapshots = str(settings["save"])
    if snapshots:
        yield (
            f"Redis keeps only snapshots (save {snapshots}): when it is killed, "
            "what was stored since the last one is lost; set appendonly to yes"
        )
    else:
        yield "Redis keeps nothing on disk: when it ends, all threads are gone; set appendonly to yes"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:2]))
