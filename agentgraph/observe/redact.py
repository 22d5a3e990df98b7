"""The one place where values of labelled fields are kept out of what leaves a run.

Events, records, error messages and what a command prints go through here; what they show in the
place of a value is its labels and its path: `[pii: customer.email]`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic_core import PydanticSerializationError, to_jsonable_python

from agentgraph.errors import ProblemsError
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Json
from agentgraph.model.graph import GraphSpec
from agentgraph.observe.events import Event

Labels = Mapping[str, tuple[str, ...]]
"""The labels that data of each state field bears; fields without are left out."""

E = TypeVar("E", bound=Event)

_LONG = 4
"""A value of so many characters is found within words too; a shorter one only as a word of its own."""
_PIECE = 12
"""So much of a longer text is enough to give it away: messages cut values off."""
_NAMES = frozenset(
    {"agent", "thread", "run", "tool", "role", "graph", "status", "bound", "did", "step"}
)
"""Fields of events that hold declared names, never data."""


def redact(spec: GraphSpec | AgentSpec, value: Mapping[str, Json]) -> dict[str, Json]:
    """An object of state fields, what is labelled in it replaced, wherever else it turns up in it.

    Of a graph, the fields count that it declares with a label; of an agent, those that its
    results' types label.
    """
    hidden = Hidden(declared_labels(spec))
    hidden.learn(value)
    return {name: hidden.value(item, name) for name, item in value.items()}


def declared_labels(spec: GraphSpec | AgentSpec) -> Labels:
    """The labels of each state field, as they are declared there, or with the types that are written to it."""
    found: dict[str, set[str]] = {}
    if isinstance(spec, GraphSpec):
        for one in spec.state:
            found.setdefault(one.name, set()).update(one.labels)
    for agent in spec.agents if isinstance(spec, GraphSpec) else (spec,):
        for write in agent.writes:
            found.setdefault(write.field, set()).update(write.labels)
    return {name: tuple(sorted(labels)) for name, labels in found.items() if labels}


class _Known:
    """Texts that are to be hidden, and what is shown in their place. Calls of one run share it, over threads."""

    def __init__(self) -> None:
        self.marks: dict[str, str] = {}
        self._pieces: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def add(self, form: str, mark: str) -> None:
        with self._lock:
            if form in self.marks:
                return
            self.marks[form] = mark
            self._pattern = None
            if len(form) > _PIECE:
                for start in range(len(form) - _PIECE + 1):
                    self._pieces.setdefault(form[start : start + _PIECE], mark)

    def hidden_in(self, text: str) -> str:
        with self._lock:
            if self._pattern is None:
                forms = sorted(self.marks, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(_sought, forms)))
            pattern = self._pattern
        found = pattern.sub(lambda match: self.marks[match.group()], text)
        return self._without_pieces(found) if self._pieces else found

    def _without_pieces(self, text: str) -> str:
        made, at, end = [], 0, len(text) - _PIECE
        while at <= end:
            mark = self._pieces.get(text[at : at + _PIECE])
            if mark is None:
                made.append(text[at])
                at += 1
                continue
            made.append(mark)
            at += 1
            while at <= end and text[at : at + _PIECE] in self._pieces:
                at += 1
            at += _PIECE - 1
        return "".join([*made, text[at:]])


class Hidden:
    """The labelled values that a run has met, and what hides them. Costs nothing until it has learned one.

    `labels` are those of one graph's fields; `beside` is the same for another graph, or another
    call: what one of them learns, all hide.
    """

    def __init__(self, labels: Labels, beside: Hidden | None = None) -> None:
        self.labels = labels
        self._known: _Known = _Known() if beside is None else beside._known  # noqa: SLF001  # one's own kind

    def __bool__(self) -> bool:
        return bool(self._known.marks)

    def learn(self, values: Mapping[str, Json]) -> None:
        """Hide what labelled fields hold in these values, from now on."""
        for name, labels in self.labels.items():
            if name in values:
                self.learn_value(name, labels, values[name])

    def learn_result(self, spec: AgentSpec, result: Any) -> None:
        """Hide what an agent was about to write to labelled fields, JSON or not: it was refused, and is shown."""
        for write in spec.writes:
            labels = self.labels.get(write.field, ())
            if labels:
                made = jsonable(result)
                part = made.get(write.key) if write.key and isinstance(made, dict) else made
                self.learn_value(write.field, labels, part)

    def learn_value(self, path: str, labels: tuple[str, ...], value: Json) -> None:
        """Hide every text and number in the value. True, False and None say nothing by themselves."""
        for where, leaf in _leaves(path, value):
            mark = f"[{'+'.join(labels)}: {where}]"
            for form in _forms(leaf):
                self._known.add(form, mark)

    def text(self, text: str) -> str:
        """The text without them."""
        return self._known.hidden_in(text) if self and text else text

    def value(self, value: Json, path: str = "") -> Json:
        """A JSON value without them; a labelled field at `path` is replaced whole."""
        if path in self.labels and value is not None:
            return f"[{'+'.join(self.labels[path])}: {path}]"
        if not self:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        if isinstance(value, bool) or value is None:
            return value
        return self._known.marks.get(_number(value), value)

    def paraphrase(self, text: str) -> str:
        """Text by one who knows them and may say them in his own words: nothing of it, but whose they are."""
        if not self:
            return text
        labels = sorted({label for one in self.labels.values() for label in one})
        return f"[{'+'.join(labels)}]"

    def event(self, event: E) -> E:
        """The event without them."""
        if not self:
            return event
        changed: dict[str, Any] = {}
        for one in dataclasses.fields(event):
            held = getattr(event, one.name)
            if one.name in _NAMES or isinstance(held, int | float) or held is None:
                continue
            made = self.value(held)
            changed[one.name] = tuple(made) if isinstance(held, tuple) else made
        return dataclasses.replace(event, **changed)

    def error(self, error: BaseException) -> None:
        """Take them out of an error of ours; on one of the user's own, note what hides them (`shown_error`)."""
        if not self:
            return
        if isinstance(error, ProblemsError):
            problems = [
                dataclasses.replace(p, message=self.text(p.message), help=self.text(p.help))
                for p in error.problems
            ]
            error.problems = tuple(problems)
            error.args = (error.problems,)
            error.headline = self.text(error.headline)
            error.__cause__ = None
            error.__suppress_context__ = True
            return
        with contextlib.suppress(
            AttributeError, TypeError
        ):  # an exception of the user's may refuse it
            error.agentgraph_hidden = self  # type: ignore[attr-defined]  # read by `hiding` alone


def hiding(error: BaseException) -> Hidden:
    """What hides the labelled values that an exception of the user's own may tell of, or one before it."""
    one: BaseException | None = error
    for _ in range(20):  # chains can have rings
        if one is None:
            break
        found = getattr(one, "agentgraph_hidden", None)
        if isinstance(found, Hidden):
            return found
        one = one.__cause__ or one.__context__
    return Hidden({})


def jsonable(value: Any) -> Json:
    """Any value as JSON, as well as it can be: what has no JSON form as text."""
    try:
        return to_jsonable_python(value, fallback=str)
    except (PydanticSerializationError, ValueError):
        return str(value)


def _leaves(path: str, value: Json) -> Iterator[tuple[str, str | int | float]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(f"{path}.{key}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(f"{path}[{index}]", item)
    elif value not in (None, "") and not isinstance(value, bool):
        yield path, value


def _forms(leaf: str | float) -> Iterator[str]:
    """The ways in which messages write a value: as it is, as Python and as JSON show it."""
    if not isinstance(leaf, str):
        yield _number(leaf)
        yield str(leaf)
        return
    yield leaf
    yield repr(leaf)[1:-1]
    yield json.dumps(leaf)[1:-1]
    yield json.dumps(leaf, ensure_ascii=False)[1:-1]
    if leaf.strip():
        yield leaf.strip()


def _number(value: float) -> str:
    return json.dumps(value)


def _sought(form: str) -> str:
    if len(form) >= _LONG:
        return re.escape(form)
    before = r"(?<!\w)" if re.match(r"\w", form) else ""
    after = r"(?!\w)" if re.search(r"\w$", form) else ""
    return f"{before}{re.escape(form)}{after}"
