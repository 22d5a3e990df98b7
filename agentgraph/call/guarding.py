"""Guards at work: every text of a value is looked at, and is blocked, redacted or told of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from agentgraph.call.errors import GuardBlockedError
from agentgraph.call.finders import FINDERS, Find, find_length
from agentgraph.call.services import Services
from agentgraph.declare.own_guards import Finder
from agentgraph.model.contract import Json
from agentgraph.model.policy import ContentGuard
from agentgraph.observe.events import GuardTripped

Where = Literal["input", "output"]
_NAME = re.compile(r"[A-Za-z_]\w*")
_DID = {"block": "blocked", "redact": "redacted", "allow": "allowed"}


@dataclass(frozen=True, slots=True)
class Guarding:
    """The guards of one agent or tool, each with what finds."""

    at_input: tuple[tuple[ContentGuard, Find], ...]
    at_output: tuple[tuple[ContentGuard, Find], ...]

    def passed(
        self, label: str, services: Services, where: Where, value: Json, *, tool: str | None = None
    ) -> Json:
        """The value as it may pass: itself where nothing was redacted.

        GuardBlockedError: it holds what may not pass, or may pass only redacted and is no text.
        """
        guards = self.at_input if where == "input" else self.at_output
        found = _Found()
        for guard, find in guards:
            value = _looked(value, "$", guard, find, found)
        for (name, did), paths in found.by_guard.items():
            about = {"guard": name, "did": did, "where": where, "tool": tool}
            services.tell(GuardTripped, label, paths=tuple(paths), **about)
        blocked = {name: paths for (name, did), paths in found.by_guard.items() if did == "blocked"}
        if blocked:
            caller = label if tool is None else f"{label}.{tool}"
            places = dict.fromkeys(path for one in blocked.values() for path in one)
            raise GuardBlockedError(caller, where, tuple(blocked), tuple(places))
        return value


@dataclass(slots=True)
class _Found:
    """Where each guard found something, and what was done about it."""

    by_guard: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, guard: ContentGuard, path: str, did: str = "") -> None:
        self.by_guard.setdefault((guard.finds, did or _DID[guard.do]), []).append(path)


def _looked(value: Json, path: str, guard: ContentGuard, find: Find, found: _Found) -> Json:
    """The value, what was found in it redacted where it shall be."""
    if isinstance(value, str):
        return _text(value, path, guard, find, found)
    if isinstance(value, list):
        made = [
            _looked(item, f"{path}[{number}]", guard, find, found)
            for number, item in enumerate(value)
        ]
        return made if _differ(made, value) else value
    if isinstance(value, dict):
        new = {
            key: _looked(item, _under(path, key, guard, find, found), guard, find, found)
            for key, item in value.items()
        }
        return new if _differ(new.values(), value.values()) else value
    if isinstance(value, int) and not isinstance(value, bool) and any(find(str(value))):
        _unredactable(path, guard, found)
    return value


def _text(text: str, path: str, guard: ContentGuard, find: Find, found: _Found) -> str:
    spans = sorted(find(text))
    if not spans:
        return text
    found.add(guard, path)
    return _redacted(text, spans, guard) if guard.do == "redact" else text


def _redacted(text: str, spans: list[tuple[int, int]], guard: ContentGuard) -> str:
    mark = "" if guard.finds == "length" else f"[{guard.finds}]"
    parts, at = [], 0
    for start, end in spans:
        if start >= at:
            parts += [text[at:start], mark]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _under(path: str, key: str, guard: ContentGuard, find: Find, found: _Found) -> str:
    """The path of what stands under a key; a key in which something was found is not shown either."""
    if any(find(key)):
        _unredactable(f"{path}[a key]", guard, found)
        return f"{path}[a key]"
    return f"{path}.{key}" if _NAME.fullmatch(key) else f'{path}["{key}"]'


def _unredactable(path: str, guard: ContentGuard, found: _Found) -> None:
    """Where no mark can stand: a number, a key."""
    found.add(guard, path, "blocked" if guard.do == "redact" else "")


def _differ(new: Iterable[Json], old: Iterable[Json]) -> bool:
    return any(one is not other for one, other in zip(new, old, strict=True))


def guarding_of(guards: Iterable[ContentGuard], finders: Mapping[str, Finder]) -> Guarding | None:
    """The guards, ready; None: there are none."""
    ready = [(guard, _finder(guard, finders)) for guard in guards]
    if not ready:
        return None
    return Guarding(
        tuple(one for one in ready if one[0].at != "output"),
        tuple(one for one in ready if one[0].at != "input"),
    )


def _finder(guard: ContentGuard, finders: Mapping[str, Finder]) -> Find:
    if guard.longest is not None:
        return find_length(guard.longest)
    if guard.finds in FINDERS:
        return FINDERS[guard.finds]
    find: Callable[[str], Iterable[tuple[int, int]]] = finders[guard.finds].find
    return find
