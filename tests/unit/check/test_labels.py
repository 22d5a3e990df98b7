"""Labels on their way through a graph: what bears them, by which way, and what does not."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Map,
    Route,
    agent,
    append,
    by_person,
    field,
    from_langgraph,
    kept,
    tool,
)
from tests.unit.check.labelled import (
    Reply,
    Secret,
    answer,
    chain,
    copy,
    found,
    made,
    mask,
    places,
    plain,
)


def test_what_is_written_bears_what_was_read() -> None:
    (finding,) = found(made(*chain(copy, answer)))
    assert finding.place == "one.answer.note"
    assert [line.partition(" (")[0] for line in finding.reasons] == [
        "pii: email of the input",
        "then: copy writes note",
        "then: answer reads note",
    ]


def test_it_is_gone_where_the_writer_takes_it_out() -> None:
    assert places(made(*chain(mask, answer))) == []


def test_only_what_reaches_the_read_counts() -> None:
    """`copy` writes note, and `plain` writes it anew before anybody reads it."""
    assert places(made(*chain(copy, plain, answer))) == []


def test_of_two_branches_the_labelled_one_counts() -> None:
    graph = made(
        Route(START, cases=[(field("text") == "a", copy)], otherwise=plain),
        Edge([copy, plain], answer),
        Edge(answer, END),
    )
    assert places(graph) == ["one.answer.note"]


def test_it_goes_round_a_loop() -> None:
    class Notes(TypedDict):
        note: str
        past: str

    @agent(writes="past", clears={"pii"})
    def keep(email: str) -> str:
        return email

    @agent(writes="note")
    def compose(text: str, past: str = "") -> str:
        return past

    graph = made(
        Edge(START, compose),
        Edge(compose, keep, at_most=2, otherwise=answer),
        Edge(keep, compose),
        Edge(answer, END),
    )
    (finding,) = found(graph)
    assert finding.place == "one.compose.past"
    assert finding.related == tuple(line for line in finding.related if "answer" in line)
    assert len(finding.related) == 1


def test_an_element_bears_the_labels_of_its_list_and_the_results_those_of_their_parts() -> None:
    class Many(TypedDict):
        emails: list[Secret]

    @agent(writes="line")
    def shorten(email: str) -> str:
        return email

    @agent(writes="reply")
    def join(lines: list[str]) -> str:
        return "".join(lines)

    graph = Graph(
        "one",
        input=Many,
        output=Reply,
        edges=[
            Map(START, over="emails", each="email", to=shorten, into="lines"),
            Edge(shorten, join),
            Edge(join, END),
        ],
    )
    (finding,) = found(graph)
    assert finding.place == "one.shorten.email"
    assert "join" in finding.related[0]


def test_an_adapter_reads_as_anybody_does() -> None:
    def adapted(email: str) -> Reply:
        return {"reply": email}

    @agent(writes="note")
    def begin(text: str) -> str:
        return text

    @agent
    def finish(reply: str) -> None:
        return

    graph = made(Edge(START, begin), Edge(begin, finish, adapt=adapted), Edge(finish, END))
    (finding,) = found(graph)
    assert finding.place == "one.adapted.email"
    assert "finish" in finding.related[0]


def test_a_reducer_keeps_the_labels_of_all_that_went_in() -> None:
    class State(TypedDict, total=False):
        email: Secret
        text: str
        notes: Annotated[list[str], append, kept]
        reply: str

    @agent(writes="notes", clears={"pii"})
    def note(email: str) -> list[str]:
        return [email]

    @agent(writes="reply")
    def read(text: str, notes: list[str]) -> str:
        return text

    # The second turn begins with the notes of the first: whoever reads before they are written, too.
    graph = made(*chain(read, note), state=State)
    assert places(graph) == ["one.read.notes"]


def test_into_a_graph_and_out_of_it() -> None:
    class Part(TypedDict):
        words: str

    class Short(TypedDict):
        line: str

    @agent(writes="line")
    def shorten(words: str) -> str:
        return words

    @agent(writes="reply")
    def finish(line: str) -> str:
        return line

    inner = Graph("inner", input=Part, output=Short, edges=chain(shorten))
    short = inner.named("short", reads={"words": "email"})
    clear = inner.named("clear", reads={"words": "text"}, writes={"line": "other"})
    graph = made(
        Edge(START, short),
        Edge(START, clear),
        Edge([short, clear], finish),
        Edge(finish, END),
    )
    within, outer = sorted(found(graph), key=lambda finding: finding.graph)
    assert (within.place, outer.place) == ("inner.shorten.words", "one.finish.line")
    assert any("it enters inner as words" in line for line in within.reasons)
    assert [line.partition(" (")[0] for line in outer.reasons] == [
        "pii: email of the input",
        "then: it enters inner as words",
        "then: shorten writes line",
        "then: short hands it out as line",
        "then: finish reads line",
    ]


def test_a_graph_used_twice_gives_each_its_own() -> None:
    class Part(TypedDict):
        words: str

    class Short(TypedDict):
        line: str

    @agent(writes="line", clears={"pii"})
    def shorten(words: str) -> str:
        return words

    @agent(writes="reply")
    def finish(open_line: str) -> str:
        return open_line

    @agent(writes="seen", clears={"pii"})
    def see(closed_line: str) -> bool:
        return bool(closed_line)

    inner = Graph("inner", input=Part, output=Short, edges=chain(shorten))
    closed = inner.named("closed", reads={"words": "email"}, writes={"line": "closed_line"})
    opened = inner.named("opened", reads={"words": "text"}, writes={"line": "open_line"})
    assert places(made(*chain(closed, opened, see, finish))) == []


def test_what_stands_in_reads_as_well() -> None:
    @agent(writes="note")
    def spare(email: str) -> str:
        return email

    @agent(writes="note", clears={"pii"}, fallback=spare)
    def first(email: str) -> str:
        return email

    (finding,) = [f for f in found(made(*chain(first))) if "spare" in f.message]
    assert finding.message.startswith("pii data reaches spare, which stands in for first")


def test_a_plain_function_that_stands_in_is_cleared_for_what_its_agent_is() -> None:
    def spare(email: str) -> str:
        return email

    @agent(writes="note", clears={"pii"}, removes={"pii"}, fallback=spare)
    def first(email: str) -> str:
        return email

    assert places(made(*chain(first, answer))) == []


def test_one_of_a_few_fixed_values_bears_nothing() -> None:
    @agent(writes="kind", clears={"pii"})
    def sort(email: str) -> Literal["a", "b"]:
        return "a"

    @agent(writes="reply")
    def by_kind(kind: str) -> str:
        return kind

    assert places(made(*chain(sort, by_kind))) == []


def test_a_result_types_own_label_is_borne_whatever_was_read() -> None:
    @agent(writes="note")
    def invent(text: str) -> Secret:
        return text

    (finding,) = found(made(*chain(invent, answer)))
    assert finding.reasons[0].startswith("pii: invent returns it as note")


def test_a_tools_result_is_met_by_its_agent() -> None:
    @tool(read_only=True, open_world=False)
    def find(text: str) -> Secret:
        return text

    @agent(writes="note", tools=[find])
    def ask(text: str) -> str:
        return text

    (finding,) = found(made(*chain(ask, answer)))
    assert finding.place == "one.ask"
    assert len(finding.related) == 1


def test_a_foreign_graph_is_cleared_where_it_is_taken_in() -> None:
    from langgraph.graph import StateGraph

    class Foreign(TypedDict):
        email: str
        note: str

    builder = StateGraph(Foreign)

    def ask(state: Foreign) -> dict[str, str]:
        return {"note": state["email"]}

    builder.add_node("one", ask)
    builder.set_entry_point("one")
    theirs = from_langgraph(builder, name="theirs", reads=["email"], writes=["note"])
    assert places(made(*chain(theirs, plain, answer))) == ["one.theirs.email"]
    cleared = from_langgraph(
        builder, name="theirs", reads=["email"], writes=["note"], clears={"pii"}, removes={"pii"}
    )
    assert places(made(*chain(cleared, answer))) == []


def test_a_person_is_shown_only_what_they_are_cleared_for() -> None:
    class Yes(TypedDict):
        ok: bool

    @agent(asks="Is it so?")
    def confirm(email: str) -> Yes:
        return by_person()

    assert places(made(*chain(confirm, plain, answer))) == ["one.confirm.email"]
