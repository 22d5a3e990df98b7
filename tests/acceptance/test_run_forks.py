"""Forks of threads with graphs inside graphs, and threads that went several ways themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    agent,
    by_person,
    compile_graph,
    open_memory,
    resume_graph,
    run_graph,
)
from agentgraph.errors import ResumeError
from agentgraph.remember.ports import Memory
from agentgraph.run.fork import fork_thread
from agentgraph.run.history import thread_history
from agentgraph.run.overview import field_rows, thread_rows
from agentgraph.run.state import state_at


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


class Log:
    """Who ran, and under which idempotency key."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.keys: list[str] = []


class Text(TypedDict):
    text: str


class Decided(TypedDict):
    decided: str


@agent(writes="draft")
def draft(ctx: Context[Log], text: str) -> str:
    ctx.context.ran.append("draft")
    return text.upper()


@agent(writes="polished")
def polish(ctx: Context[Log], draft: str) -> str:
    ctx.context.ran.append("polish")
    return draft + "!"


@agent(asks="Is it good?", writes="good")
def judge(polished: str) -> bool:
    return by_person()


class Draft(TypedDict):
    draft: str


class Good(TypedDict):
    good: bool


judging = Graph(
    "judging",
    input=Draft,
    output=Good,
    context=Log,
    edges=[Edge(START, polish), Edge(polish, judge), Edge(judge, END)],
)


@agent(writes="decided")
def decide(ctx: Context[Log], good: bool) -> str:
    ctx.context.ran.append("decide")
    ctx.context.keys.append(ctx.idempotency_key)
    return "kept" if good else "dropped"


graph = Graph(
    "judged",
    input=Text,
    output=Decided,
    context=Log,
    edges=[Edge(START, draft), Edge(draft, judging), Edge(judging, decide), Edge(decide, END)],
)


def test_a_question_inside_a_graph_is_answered_one_way_here_and_another_there(
    memory: Memory,
) -> None:
    log = Log()
    run_graph(graph, {"text": "a"}, thread="t", memory=memory, context=log)
    made = fork_thread(memory, "t", to="other")
    assert made.at.latest
    [row] = thread_rows(memory, ["other"])
    assert (row.waiting, row.last) == ({"judging.judge": "Is it good?"}, ("draft",))
    answers = {
        thread: resume_graph(graph, good, thread=thread, memory=memory, context=log).output
        for thread, good in (("other", False), ("t", True))
    }
    assert answers == {"t": {"decided": "kept"}, "other": {"decided": "dropped"}}
    assert log.ran == ["draft", "polish", "decide", "decide"], "what had run did not run again"
    assert len(set(log.keys)) == 2, "what a fork does, it does under a key of its own"


def test_from_an_earlier_step_what_ran_later_runs_again_in_the_graph_inside_too(
    memory: Memory,
) -> None:
    log = Log()
    run_graph(graph, {"text": "a"}, thread="t", memory=memory, context=log)
    resume_graph(graph, True, thread="t", memory=memory, context=log)
    before = thread_history(memory, "t")
    made = fork_thread(memory, "t", "1")
    assert (made.thread, made.at.latest) == ("t-1", False)
    log.ran.clear()
    asked = resume_graph(graph, thread="t-1", memory=memory, context=log)
    assert [question.asks for question in asked.questions] == ["Is it good?"]
    done = resume_graph(graph, False, thread="t-1", memory=memory, context=log)
    assert done.output == {"decided": "dropped"}
    assert log.ran == ["polish", "decide"]
    assert thread_history(memory, "t") == before
    with pytest.raises(ResumeError, match="has finished"):
        resume_graph(graph, thread="t", memory=memory, context=log)


def test_every_step_of_a_finished_thread_can_be_gone_on_from(memory: Memory) -> None:
    log = Log()
    run_graph(graph, {"text": "a"}, thread="t", memory=memory, context=log)
    done = resume_graph(graph, True, thread="t", memory=memory, context=log)
    *earlier, last = thread_history(memory, "t")
    for step in earlier:
        made = fork_thread(memory, "t", str(step.step))
        assert dict(state_at(memory, made.thread).state) == dict(made.at.state)
        going = resume_graph(graph, thread=made.thread, memory=memory, context=log)
        if going.status == "waiting":
            going = resume_graph(graph, True, thread=made.thread, memory=memory, context=log)
        assert going.output == done.output, step
    whole = fork_thread(memory, "t", str(last.step))
    assert thread_history(memory, whole.thread) == [*earlier, last]


def test_of_several_checkpoints_with_one_number_the_newest_is_meant(memory: Memory) -> None:
    log = Log()
    run_graph(graph, {"text": "a"}, thread="t", memory=memory, context=log)
    old = state_at(memory, "t", "1")
    compiled = compile_graph(graph, checkpointer=memory.saver)
    at = {
        "thread_id": "t",
        "checkpoint_ns": "",
        "checkpoint_id": state_at(memory, "t", "0").step.checkpoint,
    }
    compiled.update_state({"configurable": at}, {"draft": "by hand"}, as_node="draft")
    new = state_at(memory, "t", "1")
    assert (new.same, new.state["draft"], new.latest) == (2, "by hand", True)
    assert state_at(memory, "t", old.step.checkpoint).state == old.state
    assert not state_at(memory, "t", old.step.checkpoint).latest


def test_fields_of_inner_graphs_are_told_with_their_agents(memory: Memory) -> None:
    run_graph(graph, {"text": "a"}, thread="t", memory=memory, context=Log())
    rows, rest = field_rows(memory, "t")
    assert {"text", "draft", "judging.polished"} <= {row.field for row in rows}
    assert rest["checkpoints"] > 0
    assert [row.bytes for row in rows] == sorted((row.bytes for row in rows), reverse=True)
