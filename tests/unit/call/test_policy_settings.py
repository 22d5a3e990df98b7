"""A project's policies: read from its settings, the nearest wins, the checker counts on them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    CircuitBreaker,
    ContentGuard,
    Edge,
    Graph,
    Limit,
    Retry,
    agent,
    check_graph,
    compile_graph,
    load_policies,
    run_graph,
    tool,
)
from agentgraph.call.applying import applied
from agentgraph.call.errors import GuardBlockedError
from agentgraph.call.policy_settings import read_policies
from agentgraph.errors import SettingsError
from agentgraph.model.codec import dump, load
from agentgraph.model.policy import Policies

RUN = """
timeout = 30
retry = { attempts = 2, wait = 0, jitter = 0, on = ["OSError"] }
breaker = { calls = 5, failures = 1, open_for = 9.5 }
guards = [{ finds = "secrets" }, { finds = "length", longest = 100, do = "redact", at = "input" }]

[limits]
inference = { concurrent = 8, per_second = 20, burst = 4 }
mail = { per_second = 0.5, wait = 3 }
"""


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


def one(agent: Any, **options: Any) -> Graph:
    return Graph(
        "one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)], **options
    )


def test_all_of_them_are_read_and_are_data(tmp_path: Path) -> None:
    expected = Policies(
        timeout=30,
        retry=Retry(attempts=2, wait=0, jitter=0, on=("OSError",)),
        breaker=CircuitBreaker(calls=5, failures=1, open_for=9.5),
        limits=(
            Limit("inference", concurrent=8, per_second=20, burst=4),
            Limit("mail", per_second=0.5, wait=3),
        ),
        guards=(ContentGuard("secrets"), ContentGuard("length", "redact", "input", 100)),
    )
    assert read_policies(tomllib.loads(RUN)) == expected
    assert load(Policies, dump(expected)) == expected
    inner = tmp_path / "inner"
    inner.mkdir()
    assert load_policies(inner) == Policies()
    text = "".join(
        f"[tool.agentgraph.run{line[:-1].replace('[', '.')}]\n" if line[0] == "[" else line
        for line in RUN.strip().splitlines(keepends=True)
        if line.strip()
    )
    (tmp_path / "pyproject.toml").write_text(f"[tool.agentgraph.run]\n{text}".replace("]]", "]"))
    assert load_policies(inner) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([], [("tool.agentgraph.run", "must be a table")]),
        ({"timeot": 3}, [("tool.agentgraph.run.timeot", "no such setting")]),
        ({"timeout": "3"}, [("tool.agentgraph.run.timeout", "must be seconds")]),
        (
            {"timeout": -3},
            [("tool.agentgraph.run.timeout", "a timeout of -3 seconds leaves no time")],
        ),
        ({"retry": 3}, [("tool.agentgraph.run.retry", "must be a table")]),
        (
            {"retry": {"attempts": "3", "on": "OSError", "time": 1}},
            [
                ("tool.agentgraph.run.retry.time", "no such setting"),
                ("tool.agentgraph.run.retry.attempts", "must be a whole number"),
                ("tool.agentgraph.run.retry.on", "must be a list of names"),
            ],
        ),
        ({"retry": {"attempts": 0}}, [("tool.agentgraph.run.retry", "0 attempts are none")]),
        ({"limits": 3}, [("tool.agentgraph.run.limits", "must be a table")]),
        (
            {"limits": {"mail": {"concurrent": 1.5, "pool": "x"}}},
            [
                ("tool.agentgraph.run.limits.mail.pool", "no such setting"),
                ("tool.agentgraph.run.limits.mail.concurrent", "must be a whole number"),
            ],
        ),
        ({"limits": {"mail": {}}}, [("tool.agentgraph.run.limits", "'mail' has no bound")]),
        ({"guards": {}}, [("tool.agentgraph.run.guards", "must be a list")]),
        ({"guards": [{"do": "block"}]}, [("tool.agentgraph.run.guards", "must say what it finds")]),
        (
            {"guards": [{"finds": "mine"}]},
            [("tool.agentgraph.run.guards", "there is no guard 'mine'")],
        ),
    ],
)
def test_what_is_wrong_with_them_is_told_all_at_once(
    table: Any, expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(SettingsError) as refused:
        read_policies(table)
    assert [(problem.where, problem.message) for problem in refused.value.problems] == expected


def test_the_nearest_wins_when_it_runs() -> None:
    tried: list[str] = []
    project = Policies(
        retry=Retry(attempts=3, wait=0, jitter=0),
        guards=(ContentGuard("emails"),),
    )

    def fails(name: str, **options: Any) -> Any:
        @agent(name=name, writes="shown", **options)
        def body(n: int) -> str:
            tried.append(name)
            raise OSError("down")

        return body

    twice = Retry(attempts=2, wait=0, jitter=0)
    once = Retry(attempts=1)
    cases = [
        (one(fails("project")), 3),
        (one(fails("graph"), retry=twice), 2),
        (one(fails("agent", retry=once), retry=twice), 1),
    ]
    for graph, expected in cases:
        tried.clear()
        with pytest.raises(OSError, match="down"):
            run_graph(graph, {"n": 1}, policies=project)
        assert len(tried) == expected

    @agent(writes="shown")
    def says(n: int) -> str:
        return "a@b.org"

    inner = Graph("inner", input=Number, output=Shown, edges=[Edge(START, says), Edge(says, END)])
    for graph in (one(says), one(inner)):
        with pytest.raises(GuardBlockedError):
            run_graph(graph, {"n": 1}, policies=project)
        with pytest.raises(GuardBlockedError):
            compile_graph(graph, policies=project).invoke({"n": 1})
        assert run_graph(graph, {"n": 1}).output == {"shown": "a@b.org"}


def test_the_checker_counts_on_them_and_says_where_they_stand() -> None:
    @tool
    def charge(n: int) -> str:
        return ""

    @agent(writes="shown", tools=[charge], needs="shop")
    def pay(n: int) -> str:
        return charge(n)

    graph = one(pay)
    assert {one.code for one in check_graph(graph)} >= {"AG502"}
    project = Policies(timeout=5, retry=Retry(attempts=2))
    found = {one.code: one for one in check_graph(graph, policies=project)}
    assert "AG502" not in found
    (reason,) = found["AG501"].reasons
    assert reason == "tried again by: pay, by retry in [tool.agentgraph.run], 2 attempts"
    nearer = one(pay, retry=Retry(attempts=1))
    assert "AG501" not in {one.code for one in check_graph(nearer, policies=project)}


def test_what_applies_is_what_is_said_nearest() -> None:
    @tool(read_only=True, needs="shop", timeout=2)
    def look(n: int) -> str:
        return ""

    @agent(
        writes="shown",
        tools=[look],
        retry=Retry(attempts=2),
        limit=Limit("mail"),
        guards=[ContentGuard("secrets", "redact")],
    )
    def ask(n: int) -> str:
        return look(n)

    project = read_policies(tomllib.loads(RUN))
    levels = [("agent", ask.spec.policies), ("graph", Policies(timeout=9)), ("project", project)]
    assert [(one.name, one.said_by) for one in applied(ask.spec, levels)] == [
        ("timeout", "graph"),
        ("retry", "agent"),
        ("limit", "project"),
        ("guard", "agent"),
        ("guard", "project"),
    ]
    levels = [("tool", look.spec.policies), *levels[1:]]
    found = {(one.name, one.said_by): one.says for one in applied(look.spec, levels)}
    assert found == {
        ("timeout", "tool"): "2 s",
        (
            "breaker",
            "project",
        ): "shop: opens at 100% of 5 or more calls in 60 s, for 9.5 s, then 1 at a time",
        ("guard", "project"): "length beyond 100: redact, in input",
    }
