"""A scripted model: real langchain-core on the outside, a test's words on the inside."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Retry,
    Value,
    agent,
    arun_graph,
    by_model,
    compile_graph,
    run_graph,
    tool,
)
from agentgraph.errors import ContractViolation
from agentgraph.observe.events import AnswerRefused, AttemptFailed, ModelAnswered, ToolReturned
from agentgraph.testing import (
    Call,
    Prose,
    Reply,
    Request,
    ScriptedModel,
    ScriptEndedError,
    recorded,
    virtual_clock,
)


class Query(TypedDict):
    query: str


class Intent(BaseModel):
    intent: Literal["status", "refund"]
    order: int


class Said(TypedDict):
    said: str


@agent(prompt="What is wanted in: {query}")
def classify(query: str) -> Intent:
    return by_model()


@agent(prompt="Answer: {query}", writes="said")
def reply(query: str) -> str:
    return by_model()


@tool(read_only=True)
def lookup(order: int) -> str:
    """What became of an order."""
    return f"order {order} is shipped"


@agent(prompt="Help: {query}", tools=[lookup], writes="said")
def help_out(query: str) -> str:
    return by_model()


@agent(prompt="Help: {query}", tools=[lookup])
def sort_out(query: str) -> Intent:
    return by_model()


def one(made: Any, output: Any = Said, **options: Any) -> Graph:
    edges = [Edge(START, made), Edge(made, END)]
    return Graph("one", input=Query, output=output, edges=edges, **options)


def answered(made: Any, model: ScriptedModel, output: Any = Said, **options: Any) -> Any:
    """The output, the same from a run that blocks and one that is awaited."""
    graph, given = one(made, output, **options), {"query": "where?"}
    script, model.requests[:] = model.script, []
    blocking = run_graph(graph, given, models={"default": model}).output
    again = ScriptedModel(script, model=model.model, tokens=model.tokens)
    awaited = asyncio.run(arun_graph(graph, given, models={"default": again})).output
    assert awaited == blocking
    assert [request.text for request in again.requests] == [
        request.text for request in model.requests
    ]
    return blocking


def test_texts_structures_and_what_is_no_object() -> None:
    assert answered(reply, ScriptedModel(["fine"])) == {"said": "fine"}
    intent = {"intent": "status", "order": 7}
    model = ScriptedModel([intent])
    assert answered(classify, model, Intent) == intent
    (request,) = model.requests
    assert request.text == "What is wanted in: where?"
    assert request.schema is not None
    assert list(request.schema["properties"]) == ["intent", "order"]

    @agent(prompt="{query}", writes="said")
    def choose(query: str) -> Literal["yes", "no"]:
        return by_model()

    assert answered(choose, ScriptedModel(["no"]), Said) == {"said": "no"}


def test_tools_are_called_several_at_once_and_their_results_come_back() -> None:
    both = [Call("lookup", {"order": 1}), Call("lookup", {"order": 2})]
    model = ScriptedModel([both, "all is well"])
    with recorded() as events:
        assert answered(help_out, model) == {"said": "all is well"}
    assert len(events.of(ToolReturned)) == 4
    first, second = model.requests
    assert first.tools == ("lookup",)
    assert "order 1 is shipped\n\norder 2 is shipped" in second.text


def test_with_tools_a_structure_is_an_answer_too() -> None:
    model = ScriptedModel([Call("lookup", {"order": 7}), {"intent": "status", "order": 7}])
    assert answered(sort_out, model, Intent) == {"intent": "status", "order": 7}


def test_a_function_answers_by_the_request() -> None:
    def script(request: Request) -> str:
        return f"{request.number}: {request.text}"

    assert answered(reply, ScriptedModel(script)) == {"said": "1: Answer: where?"}


def test_what_does_not_fit_is_fed_back_as_from_any_model() -> None:
    model = ScriptedModel(
        [Prose("hm"), {"intent": "weather", "order": 1}, {"intent": "refund", "order": 1}]
    )
    with recorded() as events:
        done = run_graph(one(classify, Intent), {"query": "q"}, models={"default": model})
    assert done.output == {"intent": "refund", "order": 1}
    assert len(events.of(AnswerRefused)) == 2
    with pytest.raises(ContractViolation, match=r"\$\.intent"):
        run_graph(
            one(classify, Intent),
            {"query": "q"},
            models={"default": ScriptedModel([{"intent": "weather", "order": 1}] * 3)},
        )


def test_errors_are_raised_and_tried_again() -> None:
    graph = one(reply, retry=Retry(attempts=3, wait=60, max_wait=600, jitter=0))
    model = ScriptedModel([ConnectionError("busy"), TimeoutError, "fine"])
    with virtual_clock() as now, recorded() as events:
        assert run_graph(graph, {"query": "q"}, models={"default": model}).output == {
            "said": "fine"
        }
        assert now.elapsed == 60 + 120
    assert [event.error for event in events.of(AttemptFailed)] == [
        "ConnectionError: busy",
        "TimeoutError",
    ]


def test_a_script_that_ends_is_told_of_once_and_not_tried_again() -> None:
    graph = one(reply, retry=Retry(attempts=3, wait=0))
    model = ScriptedModel([], model="small")
    with recorded() as events, pytest.raises(ScriptEndedError, match="'small' has 0 answers"):
        run_graph(graph, {"query": "q"}, models={"default": model})
    assert len(events.of(AttemptFailed)) == 1
    half = ScriptedModel(["a", "b"])
    run_graph(one(reply), {"query": "q"}, models={"default": half})
    assert half.unused == 1


def test_tokens_are_told_or_not_as_by_a_provider() -> None:
    model = ScriptedModel([Reply(answer="a", input_tokens=3, output_tokens=4)], model="m1")
    with recorded() as events:
        usage = run_graph(one(reply), {"query": "q"}, models={"default": model}).usage
    assert (usage.input_tokens, usage.output_tokens, usage.unreported) == (3, 4, 0)
    assert events.of(ModelAnswered)[0].model == "m1"
    usage = run_graph(one(reply), {"query": "q"}, models={"default": ScriptedModel(["a"])}).usage
    assert usage.unreported == 1
    each = ScriptedModel(["a"], tokens=(11, 5))
    usage = run_graph(one(reply), {"query": "q"}, models={"default": each}).usage
    assert (usage.input_tokens, usage.output_tokens) == (11, 5)


@pytest.mark.parametrize("awaits", [False, True])
def test_a_slow_model_is_given_up_on_and_its_fallback_answers(awaits: bool) -> None:
    @agent(prompt="{query}", writes="said", timeout=5, fallback=Value("later"))
    def slow(query: str) -> str:
        return by_model()

    models = {"default": ScriptedModel([Reply(answer="too late", seconds=60)])}
    with virtual_clock() as now:
        graph = one(slow)
        if awaits:
            done = asyncio.run(arun_graph(graph, {"query": "q"}, models=models))
        else:
            done = run_graph(graph, {"query": "q"}, models=models)
        assert done.output == {"said": "later"}
        assert now.elapsed == 5


def test_it_streams_word_by_word_what_it_gives_whole() -> None:
    model = ScriptedModel(
        [Reply(answer="two words", input_tokens=1, output_tokens=2, reasoning="let me see")] * 2
    )
    whole = model.invoke("go")
    chunks = list(model.stream("go"))
    merged = chunks[0]
    for chunk in chunks[1:]:
        merged += chunk
    assert merged.text == whole.text == "two words"
    assert merged.usage_metadata == whole.usage_metadata
    assert [block["type"] for block in whole.content_blocks] == ["reasoning", "text"]
    plain = [chunk.text for chunk in ScriptedModel(["two words"]).stream("go")]
    assert plain[:2] == ["two ", "words"]
    called = ScriptedModel([Call("lookup", {"order": 1})]).stream("go")
    *_, last = called
    assert last.tool_calls[0]["args"] == {"order": 1}


def test_langgraph_streams_its_words() -> None:
    model = ScriptedModel(["two words"])
    compiled = compile_graph(one(reply), models={"default": model})
    words = [chunk.text for chunk, _ in compiled.stream({"query": "q"}, stream_mode="messages")]
    assert words[:2] == ["two ", "words"]


def test_a_message_is_given_as_it_is() -> None:
    message = AIMessage("fine", response_metadata={"model_name": "real-1"})
    with recorded() as events:
        run_graph(one(reply), {"query": "q"}, models={"default": ScriptedModel([message])})
    assert events.of(ModelAnswered)[0].model == "real-1"
    assert message.usage_metadata is None
