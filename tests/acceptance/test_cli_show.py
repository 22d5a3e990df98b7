"""`agentgraph show TARGET AGENT`: what holds for an agent's calls, and who says so."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.cli import agentgraph

SHOP = """\
from typing import TypedDict
from agentgraph import (
    END, START, Cache, CircuitBreaker, ContentGuard, Edge, Graph, Limit, Model, Retry, Value, agent, by_model, tool,
)

class Asked(TypedDict):
    query: str

class Answer(TypedDict):
    reply: str

@tool(read_only=True, needs="carrier", timeout=2, cache=Cache(ttl=60, stale_if_error=600))
def track(code: str) -> str:
    return code

@agent(writes="reply")
def excuse(query: str) -> str:
    return "later"

@agent(prompt="Answer {query}", writes="reply", tools=[track], retry=Retry(attempts=2),
       fallback=[Model("small"), excuse, Value("sorry")], limit=Limit("inference", wait=1))
def answer(query: str) -> str:
    return by_model()

inner = Graph("inner", input=Asked, output=Answer, edges=[Edge(START, answer), Edge(answer, END)],
              timeout=20, limits=[Limit("inference", concurrent=4)])
graph = Graph("shop", input=Asked, output=Answer, edges=[Edge(START, inner), Edge(inner, END)])
"""
SETTINGS = """\
[tool.agentgraph.run]
timeout = 30
breaker = { calls = 5 }
guards = [{ finds = "secrets" }]
"""


def project(folder: Path, settings: str = SETTINGS) -> Path:
    (folder / "shop.py").write_text(SHOP)
    (folder / "pyproject.toml").write_text(settings)
    return folder


def test_each_policy_is_shown_with_who_says_it(tmp_path: Path) -> None:
    ran = agentgraph("show", "shop.py:graph", "inner.answer", cwd=project(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert (
        ran.out
        == """\
inner: model-backed agent inner.answer (shop.py:22)
POLICY    SAYS                                                                                SAID BY
timeout   20 s                                                                                graph inner (shop.py:25)
retry     2 attempts, waits 0.1 s, x2, up to 5 s, after Exception                             agent answer (shop.py:22)
breaker   model default: opens at 50% of 5 or more calls in 60 s, for 30 s, then 1 at a time  [tool.agentgraph.run]
limit     inference: 4 at once                                                                graph inner (shop.py:25)
guard     secrets: block, in input and output                                                 [tool.agentgraph.run]
fallback  model small, then agent excuse, then the value 'sorry'                              agent answer (shop.py:22)

tool track (shop.py:13)
needs carrier
POLICY   SAYS                                                                          SAID BY
timeout  2 s                                                                           tool track (shop.py:13)
breaker  carrier: opens at 50% of 5 or more calls in 60 s, for 30 s, then 1 at a time  [tool.agentgraph.run]
cache    60 s, stale for 600 s more, 1024 answers                                      tool track (shop.py:13)
guard    secrets: block, in input and output                                           [tool.agentgraph.run]
"""
    )


def test_it_can_be_had_as_json_and_of_who_stands_in(tmp_path: Path) -> None:
    here = project(tmp_path)
    data = agentgraph("show", "shop.py:graph", "inner.answer", "--format", "json", cwd=here).json
    assert (data["graph"], data["agent"]) == ("inner", "inner.answer")
    timeout = data["policies"][0]
    assert timeout == {"policy": "timeout", "value": 20, "said_by": "graph inner (shop.py:25)"}
    assert data["tools"]["track"]["needs"] == "carrier"
    stand_in = agentgraph("show", "shop.py:graph", "inner.answer.excuse", cwd=here).out
    assert stand_in.startswith("inner: agent inner.answer.excuse (shop.py:17)")
    whole = agentgraph("show", "shop.py:graph", "inner", cwd=here).out
    assert "a graph: its agents have policies of their own" in whole


def test_mistakes_are_told(tmp_path: Path) -> None:
    here = project(tmp_path)
    ran = agentgraph("show", "shop.py:graph", "inner.anser", cwd=here)
    assert ran.code == 2
    assert "there is no agent 'inner.anser'" in ran.err
    assert "did you mean 'inner.answer'?" in ran.err
    ran = agentgraph("show", "shop.py:graph", "inner.answer", "--at", "3", cwd=here)
    assert ran.code == 2
    assert "--at is of a thread" in ran.err
    project(tmp_path, '[tool.agentgraph.run]\nretry = { attempts = "3" }\n')
    for command in (["show", "shop.py:graph", "inner.answer"], ["check", "shop.py"]):
        ran = agentgraph(*command, cwd=here)
        assert ran.code == 2
        assert "pyproject.toml:2" in ran.err
        assert "tool.agentgraph.run.retry.attempts: must be a whole number" in ran.err


def test_a_run_keeps_to_the_projects_policies(tmp_path: Path) -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    (tmp_path / "small.py").write_text(
        SHOP.split("@tool", maxsplit=1)[0]
        + """\
@agent(writes="reply")
def echo(query: str) -> str:
    return query

graph = Graph("small", input=Asked, output=Answer, edges=[Edge(START, echo), Edge(echo, END)])
"""
    )
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    ran = agentgraph(
        "run", "small.py", "--quiet", "--input", f'{{"query": "{secret}"}}', cwd=tmp_path
    )
    assert ran.code == 1
    assert (
        "echo was not called: what it is given holds what is blocked: secrets, at $.query"
        in ran.err
    )
    assert "a1B2c3" not in ran.err
