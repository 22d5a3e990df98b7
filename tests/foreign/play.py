"""Runs a specimen on LangGraph itself, turn by turn, and keeps what could be seen."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from langchain_core.messages import BaseMessage
from langgraph.pregel import Pregel
from langgraph.warnings import LangGraphDeprecationWarning
from pydantic import BaseModel

SPECIMENS = Path(__file__).parent / "specimens"
GRAPH_NAMES = ("graph", "app")
# Far above what any correct specimen needs; LangGraph's own limit is some 10,000 steps.
STEP_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Turn:
    """One input given to a graph: the nodes of each superstep, then how it ended.

    `output` is what `invoke` returns (messages as their text), `None` where it raised;
    `asked` are the values of the interrupts that it stopped at.
    """

    steps: tuple[tuple[str, ...], ...]
    output: Any
    asked: tuple[Any, ...]
    error: Exception | None

    @property
    def ran(self) -> list[str]:
        """Each start of a node, in order; those of one superstep by name."""
        return [node for step in self.steps for node in step]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a specimen did: `error` is why its module does not load, else there is a turn an input.

    `log` are the lines that LangGraph itself logged meanwhile.
    """

    module: ModuleType | None
    error: Exception | None
    turns: tuple[Turn, ...]
    log: tuple[str, ...]

    @property
    def outputs(self) -> list[Any]:
        return [turn.output for turn in self.turns]

    def of(self, name: str) -> Any:
        """The module's own record of its effects, such as the mails that it sent."""
        assert self.module is not None
        return getattr(self.module, name)


def play(path: Path) -> Seen:
    """Everything that one specimen does, from its import to its last turn.

    All turns are on one thread; those after a turn that raised are played too.
    """
    with warnings.catch_warnings():
        # Specimens are written as found, with the old names that LangGraph 1.2 still takes.
        warnings.simplefilter("ignore", LangGraphDeprecationWarning)
        try:
            module = load(path)
        except Exception as error:
            return Seen(None, error, (), ())
        with _listening() as lines:
            turns = tuple(_turn(module, given) for given in module.INPUTS)
    return Seen(module, None, turns, tuple(lines))


def load(path: Path) -> ModuleType:
    """A specimen as a module of its own: its records of effects begin empty."""
    name = f"specimen_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module


def graph_of(module: ModuleType) -> Pregel[Any, Any, Any, Any]:
    return next(getattr(module, name) for name in GRAPH_NAMES if hasattr(module, name))


def fault_of(path: Path) -> tuple[str, int]:
    """The fault that a specimen says it has, and the line where a finding belongs."""
    last = path.read_text(encoding="utf-8").splitlines()[-1]
    found = re.fullmatch(r"# fault: ([a-z-]+) at line (\d+)", last)
    assert found is not None, f"{path.name} ends without its fault"
    return found[1], int(found[2])


@contextmanager
def _listening() -> Iterator[list[str]]:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("langgraph")
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)


def _turn(module: ModuleType, given: Any) -> Turn:
    graph = graph_of(module)
    steps: dict[int, list[str]] = {}
    asked: list[Any] = []
    output, error = None, None
    options: dict[str, Any] = {
        "config": {"configurable": {"thread_id": "t"}, "recursion_limit": STEP_LIMIT},
        "context": getattr(module, "CONTEXT", None),
        "stream_mode": ["debug", "values"],
        "output_keys": graph.output_channels,
    }
    try:
        for mode, chunk in _stream(graph, given, options):
            if mode == "values":
                output = _plain(chunk)
            elif chunk["type"] == "task":
                steps.setdefault(chunk["step"], []).append(chunk["payload"]["name"])
            elif chunk["type"] == "task_result":
                asked += [each["value"] for each in chunk["payload"]["interrupts"]]
    except Exception as raised:
        output, error = None, raised
    return Turn(tuple(tuple(sorted(step)) for step in steps.values()), output, tuple(asked), error)


def _stream(graph: Pregel[Any, Any, Any, Any], given: Any, options: dict[str, Any]) -> Any:
    """The chunks of a run, in the way that its nodes need."""
    if not any(_is_async(node.bound) for node in graph.nodes.values()):
        yield from graph.stream(given, **options)
        return

    async def collect() -> tuple[list[Any], Exception | None]:
        chunks: list[Any] = []
        try:
            async for chunk in graph.astream(given, **options):
                chunks.append(chunk)
        except Exception as raised:
            return chunks, raised
        return chunks, None

    chunks, raised = asyncio.run(collect())
    yield from chunks
    if raised is not None:
        raise raised


def _is_async(bound: Any) -> bool:
    return getattr(bound, "afunc", None) is not None and getattr(bound, "func", None) is None


def _plain(value: Any) -> Any:
    """A value with each message as its text, and each object as a mapping."""
    if isinstance(value, BaseMessage):
        return value.text
    if isinstance(value, BaseModel):
        return _plain(dict(value))
    if is_dataclass(value) and not isinstance(value, type):
        return _plain({name: getattr(value, name) for name in value.__dataclass_fields__})
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
