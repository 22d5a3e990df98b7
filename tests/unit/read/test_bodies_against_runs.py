"""What is read from a function holds in every run of it: random functions, run on random states."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from langgraph.types import Command

from agentgraph.read.node import read_node
from agentgraph.read.node_facts import NodeBody, Outcome
from tests.unit.read.bodies import HEAD, KEYS, Watched, function

FUNCTIONS, RUNS = 300, 12
Given = tuple[str, NodeBody, Callable[[Any], Any]]


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> list[Given]:
    """Each function's text, what was read from it, and itself."""
    texts = [function(random.Random(seed), f"body{seed}") for seed in range(FUNCTIONS)]
    path = tmp_path_factory.mktemp("bodies") / "random_bodies.py"
    path.write_text(HEAD + "\n\n".join(texts), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("random_bodies", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = []
    for seed, text in enumerate(texts):
        made = getattr(module, f"body{seed}")
        body = read_node(made)
        assert body is not None
        found.append((text, body, made))
    return found


def states(seed: int) -> Iterator[Watched]:
    rng = random.Random(seed)
    for _ in range(RUNS):
        keys = [key for key in KEYS if rng.random() < 0.75]
        yield Watched({key: rng.choice([0, 1, [], [1], [2, 3]]) for key in keys})


def runs(functions: list[Given]) -> Iterator[tuple[str, NodeBody, Watched, Watched, Any]]:
    """Each run: the text, the facts, the state before and after, and what was returned or raised."""
    for seed, (text, body, made) in enumerate(functions):
        for state in states(seed):
            before = Watched(deepcopy(dict(state)))
            try:
                returned = made(state)
            except (KeyError, TypeError, AttributeError) as error:
                returned = error
            yield text, body, before, state, returned


def test_every_key_that_a_run_takes_is_read(functions: list[Given]) -> None:
    for text, body, _, state, _ in runs(functions):
        known = {read.key for read in body.reads}
        assert body.reads_all or state.taken | state.asked <= known, text


def test_what_must_be_read_is_taken_by_every_run_that_ends(functions: list[Given]) -> None:
    count = 0
    for text, body, _, state, returned in runs(functions):
        must = {read.key for read in body.reads if read.how == "must"}
        count += len(must)
        assert isinstance(returned, Exception) or must <= state.taken, text
    assert count > FUNCTIONS


def test_a_missing_key_fails_only_where_it_is_not_guarded(functions: list[Given]) -> None:
    """A key that the function asks for elsewhere may be guarded by that: nothing is said of it."""
    for text, body, before, _, returned in runs(functions):
        if isinstance(returned, KeyError) and returned.args[0] not in before:
            reads = [read for read in body.reads if read.key == returned.args[0]]
            assert reads or body.reads_all, text


def test_what_a_run_hands_back_is_among_the_outcomes(functions: list[Given]) -> None:
    for text, body, before, _, returned in runs(functions):
        if not isinstance(returned, Exception):
            assert any(fits(one, returned, before) for one in body.outcomes), (text, returned)


def fits(one: Outcome, returned: Any, before: Watched) -> bool:
    if one.kind == "unknown":
        return True
    if returned is None:
        return one.kind == "nothing"
    if isinstance(returned, Command):
        named = returned.goto if isinstance(returned.goto, list) else [returned.goto]
        said = [target.label for target in one.targets if target.is_known]
        return one.kind == "command" and said == named and has(one, returned.update or {}, before)
    return one.kind in ("mapping", "state") and has(one, returned, before)


def has(one: Outcome, update: Any, before: Watched) -> bool:
    known = {write.key for write in one.keys} | (set(before) if one.echoes else set())
    return one.certain <= set(update) and (one.open or set(update) <= known)


def test_every_change_in_place_is_seen_or_cannot_be_told(functions: list[Given]) -> None:
    seen = 0
    for text, body, before, state, _ in runs(functions):
        changed = {
            key
            for key in state.keys() | before.keys()
            if dict.get(state, key) != dict.get(before, key)
        }
        known = {one.key for one in body.mutations}
        seen += len(known)
        assert changed <= known or body.leaks, (text, changed)
    assert seen > FUNCTIONS
