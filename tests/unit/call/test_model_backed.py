"""Model-backed agents over a real wire: langchain-openai against a server on the loopback."""

from __future__ import annotations

import threading
from typing import Any, Literal

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Message,
    Model,
    Retry,
    Value,
    agent,
    arun_graph,
    by_model,
    compile_graph,
    run_graph,
    tool,
)
from agentgraph.errors import ContractViolation, SettingsError
from agentgraph.observe.events import AnswerRefused, Degraded, Event, ModelAnswered, ToolRefused
from tests.fixtures_chat import Calls, ChatServer, Status


class Query(TypedDict):
    query: str


class Intent(BaseModel):
    intent: Literal["status", "refund"]
    order_id: str


def model(server: ChatServer, **options: Any) -> ChatOpenAI:
    return ChatOpenAI(
        model="small-1",
        base_url=server.url,
        api_key=SecretStr("none"),
        max_retries=0,
        **options,
    )


def keywords(query: str) -> Intent:
    return Intent(intent="refund", order_id="0")


@agent(prompt="What is wanted in: {query}", model="fast", fallback=keywords)
def classify(query: str) -> Intent:
    return by_model()


def one(agent: Any, output: Any = Intent, given: Any = Query) -> Graph:
    return Graph("one", input=given, output=output, edges=[Edge(START, agent), Edge(agent, END)])


GOOD = {"intent": "status", "order_id": "1001"}


def test_it_classifies_and_tells_what_it_cost(chat_server: ChatServer) -> None:
    chat_server.script = [GOOD]
    done = run_graph(one(classify), {"query": "where?"}, models={"fast": model(chat_server)})
    assert done.output == GOOD
    assert (done.usage.calls, done.usage.input_tokens, done.usage.output_tokens) == (1, 11, 5)
    (request,) = chat_server.requests
    assert request["messages"] == [{"role": "user", "content": "What is wanted in: where?"}]
    schema = request["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["intent", "order_id"]


@pytest.mark.anyio
async def test_the_same_awaited(chat_server: ChatServer) -> None:
    chat_server.script = [GOOD]
    models = {"default": model(chat_server)}
    done = await arun_graph(one(classify), {"query": "where?"}, models=models)
    assert (done.output, done.usage.calls) == (GOOD, 1)


def test_an_answer_that_does_not_fit_is_fed_back(chat_server: ChatServer) -> None:
    chat_server.script = [{"intent": "weather", "order_id": "1"}, "no JSON at all", GOOD]
    seen: list[Event] = []
    done = run_graph(
        one(classify), {"query": "q"}, models={"fast": model(chat_server)}, sink=seen.append
    )
    assert done.output == GOOD
    assert done.usage.calls == 3
    refused = [event for event in seen if isinstance(event, AnswerRefused)]
    assert "$.intent" in refused[0].problems[0]
    second = chat_server.requests[1]["messages"]
    assert second[1] == {"role": "assistant", "content": '{"intent": "weather", "order_id": "1"}'}
    assert "$.intent" in second[2]["content"]
    answered = [event for event in seen if isinstance(event, ModelAnswered)]
    assert {(event.role, event.model) for event in answered} == {("fast", "small-1")}


def test_a_model_that_never_gets_it_right_gives_way_to_the_fallback(
    chat_server: ChatServer,
) -> None:
    chat_server.script = [{"intent": "weather"}] * 3
    seen: list[Event] = []
    done = run_graph(
        one(classify), {"query": "q"}, models={"fast": model(chat_server)}, sink=seen.append
    )
    assert done.output == {"intent": "refund", "order_id": "0"}
    assert [event.by for event in seen if isinstance(event, Degraded)] == ["keywords"]
    assert len(chat_server.requests) == 3


def test_without_a_fallback_it_fails_with_all_that_is_wrong(chat_server: ChatServer) -> None:
    @agent(prompt="{query}", model="fast")
    def strict(query: str) -> Intent:
        return by_model()

    chat_server.script = [{"intent": "weather"}] * 3
    with pytest.raises(ContractViolation) as failed:
        run_graph(one(strict), {"query": "q"}, models={"fast": model(chat_server)})
    assert [problem.where for problem in failed.value.problems] == ["$.intent", "$.order_id"]


def test_a_server_error_is_tried_again_as_the_policy_says(chat_server: ChatServer) -> None:
    @agent(prompt="{query}", model="fast", retry=Retry(attempts=3, wait=0.001, jitter=0))
    def patient(query: str) -> Intent:
        return by_model()

    chat_server.script = [Status(500), Status(429, {"retry-after": "0.01"}), GOOD]
    done = run_graph(one(patient), {"query": "q"}, models={"fast": model(chat_server)})
    assert done.output == GOOD
    assert len(chat_server.requests) == 3


def test_models_and_values_stand_in_one_after_the_other(chat_server: ChatServer) -> None:
    @agent(prompt="{query}", model="fast", fallback=[Model("deep"), Value(GOOD)])
    def chained(query: str) -> Intent:
        return by_model()

    models = {"fast": model(chat_server), "deep": model(chat_server, temperature=0.5)}
    chat_server.script = [Status(500), GOOD | {"order_id": "deep"}]
    done = run_graph(one(chained), {"query": "q"}, models=models)
    assert done.output == GOOD | {"order_id": "deep"}
    assert "temperature" in chat_server.requests[1]
    chat_server.script = [Status(500), Status(500)]
    assert run_graph(one(chained), {"query": "q"}, models=models).output == GOOD


def test_without_a_model_the_fallback_runs_and_says_so() -> None:
    seen: list[Event] = []
    done = run_graph(one(classify), {"query": "q"}, sink=seen.append)
    assert done.output == {"intent": "refund", "order_id": "0"}
    (degraded,) = [event for event in seen if isinstance(event, Degraded)]
    assert "needs a model for role 'fast'" in degraded.because


def test_without_a_model_and_a_fallback_nothing_is_compiled() -> None:
    @agent(prompt="{query}", model="fast")
    def strict(query: str) -> Intent:
        return by_model()

    inner = one(strict)
    outer = one(inner)
    with pytest.raises(SettingsError, match=r"one\.strict needs a model for role 'fast'"):
        compile_graph(outer)
    compile_graph(outer, models={"default": FakeListChatModel(responses=[])})


class Talk(TypedDict):
    messages: list[Message]
    tone: str


class Reply(TypedDict):
    reply: str


@agent(prompt="Answer {tone}, in {length} words.", model="fast", writes="reply")
def answer(messages: list[Message], tone: str, length: int = 9) -> str:
    return by_model()


TALK: Any = {
    "tone": "kindly",
    "messages": [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Yes?"},
        {"role": "user", "content": "Bye"},
    ],
}


def test_text_comes_as_text_and_history_goes_as_messages(chat_server: ChatServer) -> None:
    chat_server.script = ["So long."]
    done = run_graph(one(answer, Reply, Talk), TALK, models={"fast": model(chat_server)})
    assert done.output == {"reply": "So long."}
    (request,) = chat_server.requests
    assert "response_format" not in request
    assert [(message["role"], message["content"]) for message in request["messages"]] == [
        ("system", "Answer kindly, in 9 words."),
        ("user", "Hello"),
        ("assistant", "Yes?"),
        ("user", "Bye"),
    ]


@pytest.mark.parametrize("awaited", [False, True])
@pytest.mark.anyio
async def test_tokens_stream(chat_server: ChatServer, awaited: bool) -> None:
    chat_server.script = ["one two three"]
    app = compile_graph(
        one(answer, Reply, Talk), models={"fast": model(chat_server, stream_usage=True)}
    )
    if awaited:
        chunks = [chunk async for chunk in app.astream(TALK, stream_mode="messages")]
    else:
        chunks = list(app.stream(TALK, stream_mode="messages"))
    texts = [message.text for message, _ in chunks if message.text]
    assert texts == ["one", " two", " three"]
    assert {metadata["langgraph_node"] for _, metadata in chunks} == {"answer"}


class Count(TypedDict):
    numbers: list[int]


def test_what_is_no_object_is_asked_for_in_one(chat_server: ChatServer) -> None:
    @agent(prompt="Count {query}", model="fast", writes="numbers")
    def count(query: str) -> list[int]:
        return by_model()

    chat_server.script = [{"value": [1, "x"]}, {"value": [1, 2]}]
    done = run_graph(one(count, Count), {"query": "q"}, models={"fast": model(chat_server)})
    assert done.output == {"numbers": [1, 2]}
    schema = chat_server.requests[0]["response_format"]["json_schema"]["schema"]
    assert (schema["type"], schema["required"]) == ("object", ["value"])


@tool(read_only=True)
def find_order(ctx: Context[Any], order_id: str, exact: bool = True) -> Intent:
    """The order of that number."""
    return Intent(intent="status", order_id=f"{order_id} {exact} {ctx.agent}")


@agent(prompt="Look up {query}", model="fast", tools=[find_order])
def look_up(query: str) -> Intent:
    return by_model()


def test_a_model_calls_the_tools_on_its_list_and_no_others(chat_server: ChatServer) -> None:
    chat_server.script = [
        Calls((("find_order", {"order_id": "7"}), ("drop_tables", {}))),
        Calls((("find_order", {"order": 7}),)),
        Calls((("answer", {"intent": "weather"}),)),
        Calls((("answer", GOOD),)),
    ]
    seen: list[Event] = []
    done = run_graph(
        one(look_up), {"query": "7"}, models={"fast": model(chat_server)}, sink=seen.append
    )
    assert done.output == GOOD
    names = [offer["function"]["name"] for offer in chat_server.requests[0]["tools"]]
    assert names == ["find_order", "answer"]
    assert (
        chat_server.requests[0]["tools"][0]["function"]["description"]
        == "The order of that number."
    )
    told = [m["content"] for m in chat_server.requests[2]["messages"] if m["role"] == "tool"]
    assert told[0] == '{"intent": "status", "order_id": "7 True look_up"}'
    assert told[1] == "there is no tool 'drop_tables'; there are find_order"
    assert "do not fit" in told[2]
    assert [event.tool for event in seen if isinstance(event, ToolRefused)] == ["drop_tables"]
    assert done.usage.calls == 4


def test_a_model_that_only_calls_tools_is_stopped(chat_server: ChatServer) -> None:
    chat_server.script = [Calls((("find_order", {"order_id": "7"}),))] * 20
    with pytest.raises(ContractViolation, match="no answer after 10 rounds"):
        run_graph(one(look_up), {"query": "7"}, models={"fast": model(chat_server)})


def test_a_model_with_tools_may_answer_in_text(chat_server: ChatServer) -> None:
    @agent(prompt="Look up {query}", model="fast", tools=[find_order], writes="reply")
    def chat(query: str) -> str:
        return by_model()

    chat_server.script = [Calls((("find_order", {"order_id": "7"}),)), "It is on its way."]
    done = run_graph(one(chat, Reply), {"query": "7"}, models={"fast": model(chat_server)})
    assert done.output == {"reply": "It is on its way."}


class Stuck(FakeListChatModel):
    """Answers when it is let go, not before."""

    let_go: Any = None

    def _call(self, *args: Any, **kwargs: Any) -> str:
        self.let_go.wait(10)
        return "late"


def test_a_model_that_does_not_answer_in_time_gives_way() -> None:
    @agent(prompt="{query}", model="slow", timeout=0.02, fallback=Value("none"), writes="reply")
    def hurried(query: str) -> str:
        return by_model()

    let_go = threading.Event()
    seen: list[Event] = []
    models = {"slow": Stuck(responses=["x"], let_go=let_go)}
    done = run_graph(one(hurried, Reply), {"query": "q"}, models=models, sink=seen.append)
    let_go.set()
    assert done.output == {"reply": "none"}
    (degraded,) = [event for event in seen if isinstance(event, Degraded)]
    assert "no answer within 0.02 s" in degraded.because
