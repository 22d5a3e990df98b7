"""No value of a labelled field is in anything that a run tells, whatever agents, tools and models do with it."""

from __future__ import annotations

import asyncio
import json
import re
import string
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Label,
    Retry,
    agent,
    arun_graph,
    by_model,
    run_graph,
    tool,
)
from agentgraph.call.attempts import describe_error
from agentgraph.errors import AgentgraphError
from agentgraph.model.retrieval import Document
from agentgraph.observe.events import Event
from agentgraph.observe.redact import Hidden, hiding, redact
from agentgraph.testing import Call, Reply, ScriptedModel, recorded

Private = Annotated[str, Label("pii")]


class Customer(TypedDict):
    name: Private
    number: Annotated[int, Label("pii")]
    topic: str


class Told(TypedDict):
    said: Annotated[str, Label("pii")]


@tool(clears={"pii"}, read_only=True)
def look_up(name: str) -> Annotated[str, Label("pii")]:
    if name.endswith("!"):
        raise LookupError(f"nobody is called {name!r}")
    return f"address of {name}"


@agent(clears={"pii"}, tools=[look_up], writes="summary", retry=Retry(attempts=2, wait=0, jitter=0))
def summarize(ctx: Context[Any], name: str, number: int, topic: str) -> str:
    ctx.emit("about", {"who": [name], "number": number})
    ctx.retrieved(f"all of {name}", [Document(name, 0.5)])
    if topic == "raises":
        raise ValueError(f"cannot work on {name}\nnor on {number}: {topic}")
    if topic == "lies":
        return {"of": name, "no": number}  # type: ignore[return-value]  # on purpose
    return f"{name} has {number}; {look_up(name + ('!' if topic == 'unknown' else ''))}"


@agent(clears={"pii"}, prompt="{summary}", tools=[look_up], writes="said")
def reply(summary: str) -> str:
    return by_model()


class State(Customer, Told):
    summary: str


graph = Graph(
    "one",
    input=Customer,
    output=Told,
    state=State,
    edges=[Edge(START, summarize), Edge(summarize, reply), Edge(reply, END)],
)
outer = Graph("outer", input=Customer, output=Told, edges=[Edge(START, graph), Edge(graph, END)])

# Without small letters: what events say of themselves ("agent", "False") is no value that got out.
names = st.text(
    st.characters(
        codec="utf-8",
        categories=("L", "N", "P", "Zs", "Cc"),
        exclude_characters=string.ascii_lowercase,
    ),
    min_size=5,
).filter(lambda text: len(text.strip()) > 4)
topics = st.sampled_from(["fine", "raises", "lies", "unknown"])


def forms(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value, repr(value)[1:-1], json.dumps(value)[1:-1]}
    return {str(value)}


MEASURED = {"at", "seconds", "wait", "run"}
"""What a clock or a die says: any six digits are in it, once in a while."""


def said(event: Event) -> dict[str, Any]:
    """All that an event tells, but for what is measured."""
    data = event.to_json()
    assert re.fullmatch("[0-9a-f]{32}|", data["run"] or "")
    assert all(
        isinstance(data[key], float | int | None) for key in MEASURED & data.keys() - {"run"}
    )
    return {key: value for key, value in data.items() if key not in MEASURED}


@pytest.mark.parametrize("made", [graph, outer], ids=["one", "nested"])
@settings(max_examples=25)
@given(names, st.integers(100_000, 10**12), topics, st.booleans())
def test_no_labelled_value_leaves(
    made: Graph, name: str, number: int, topic: str, awaits: bool
) -> None:
    given = {"name": name, "number": number, "topic": topic}
    thought = Reply(
        answer=[Call("look_up", {"name": name}), Call("steal", {})], reasoning=f"so {name}"
    )
    models = {"default": ScriptedModel([thought, f"Dear {name}"])}
    told: list[str] = []
    with recorded() as events:
        try:
            if awaits:
                asyncio.run(arun_graph(made, given, models=models))
            else:
                run_graph(made, given, models=models)
        except Exception as error:  # whatever it is, it is told
            ours = isinstance(error, AgentgraphError)
            told = [describe_error(error), str(error) if ours else hiding(error).text(str(error))]
    for data in map(said, events):
        told += [json.dumps(data, ensure_ascii=False), str(data)]
    for text in told:
        for secret in (*forms(name), *forms(number)):
            assert secret not in text
    paths = "".join(told)
    assert "[pii: name]" in paths
    assert len(events) > 3


def test_short_values_are_hidden_as_words_alone() -> None:
    hidden = Hidden({"code": ("secret",)})
    hidden.learn({"code": [7, "ab", True, None, ""]})
    assert hidden.text("7 of 77, ab in cab") == "[secret: code[0]] of 77, [secret: code[1]] in cab"
    assert hidden.value({"n": 7, "ok": True}) == {"n": "[secret: code[0]]", "ok": True}


def test_a_long_value_that_a_message_cuts_off_is_hidden_too() -> None:
    text = "Dear sirs, I am writing to you about the matter of last week"
    hidden = Hidden({"letter": ("pii",)})
    hidden.learn({"letter": text})
    assert hidden.text(f"bad input: '{text[:30]}...'") == "bad input: '[pii: letter]...'"


@given(st.text(min_size=1), st.text())
def test_what_is_not_labelled_stays(text: str, other: str) -> None:
    hidden = Hidden({"name": ("pii",)})
    hidden.learn({"other": other})
    assert hidden.text(text) == text
    assert not hidden


def test_an_object_is_redacted_by_its_graph_s_labels() -> None:
    given = {"name": "Ada Lovelace", "number": 12345, "topic": "call Ada Lovelace"}
    assert redact(graph.spec, given) == {
        "name": "[pii: name]",
        "number": "[pii: number]",
        "topic": "call [pii: name]",
    }


def test_input_that_is_refused_is_not_shown() -> None:
    with pytest.raises(AgentgraphError) as refused:
        run_graph(
            graph,
            {"name": "Ada Lovelace", "number": "Lovelace-1815", "topic": "x"},
            models={"default": ScriptedModel([])},
        )
    assert "number" in str(refused.value)
    assert "Lovelace" not in str(refused.value)


def test_without_labels_nothing_is_hidden() -> None:
    class Plain(TypedDict):
        name: str

    @agent(writes="name")
    def shout(name: str) -> str:
        raise ValueError(f"not {name}")

    plain = Graph("plain", input=Plain, output=Plain, edges=[Edge(START, shout), Edge(shout, END)])
    with recorded() as events, pytest.raises(ValueError, match="not Ada"):
        run_graph(plain, {"name": "Ada"})
    assert any("not Ada" in json.dumps(event.to_json()) for event in events)
