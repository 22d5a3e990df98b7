"""What LangGraph 1.2 does with a graph whose nodes run at the wrong time, or not at all.

One function a faulty specimen, of its name; the docstring says in a line what is seen.
"""

from __future__ import annotations

from langgraph.errors import EmptyInputError, GraphRecursionError

from tests.foreign.play import Seen


def unknown_route_factory(seen: Seen) -> None:
    """A line in the log; the run ends there as if it were done."""
    known, outage = seen.turns
    assert known.output["answer"] == "We have sent you a link."
    assert outage.ran == ["classify"]
    assert outage.error is None
    assert "answer" not in outage.output
    assert len(seen.log) == 1
    assert seen.log[0].endswith("unknown channel branch:to:hot_line, ignoring it.")


def unknown_goto_supervisor(seen: Seen) -> None:
    """A line in the log; the run ends after the supervisor, without a report."""
    [turn] = seen.turns
    assert turn.ran == ["supervisor", "researcher", "supervisor"]
    assert turn.error is None
    assert "report" not in turn.output
    assert len(seen.log) == 1
    assert seen.log[0].endswith("unknown channel branch:to:report_writer, ignoring it.")


def unknown_send_target_map(seen: Seen) -> None:
    """A line in the log for each packet; nothing is mapped, and the run ends."""
    [turn] = seen.turns
    assert turn.ran == ["load"]
    assert turn.error is None
    assert "verdict" not in turn.output
    assert seen.log == ("Ignoring unknown node name grade_review in pending sends",) * 2


def goto_beside_edge_command(seen: Seen) -> None:
    """Both fire: the large refund is paid while it goes to review."""
    small, large = seen.turns
    assert small.ran == ["load_order", "decide", "pay"]
    assert large.steps[-1] == ("hand_over", "pay")
    assert large.output["state"] == "in review"
    assert seen.of("PAID") == ["A-1: 20.00", "A-2: 900.00"]


def route_beside_edge_async(seen: Seen) -> None:
    """Both fire: what is refused is answered as well."""
    [turn] = seen.turns
    assert turn.steps == (("guard",), ("answer", "refuse"))
    assert turn.output["messages"][1:] == ["Here is how it is done.", "I can't help with that."]


def join_never_fires_partials(seen: Seen) -> None:
    """The join waits for a node that was never started; the run ends without its successor."""
    both, one = seen.turns
    assert both.ran[-1] == "decide"
    assert one.ran == ["read_cv", "references"]
    assert one.error is None
    assert "decision" not in one.output


def run_twice_uneven(seen: Seen) -> None:
    """The node after the branches starts twice, a superstep apart; the card is charged twice."""
    [turn] = seen.turns
    assert turn.steps[2:] == (("charge", "verify_address"), ("charge",))
    assert seen.of("CHARGED") == [19.0, 19.0]
    assert turn.output["receipt"] == "charged 19.00"


def unreachable_node(seen: Seen) -> None:
    """Compiles, and never starts; the blocked lead is scored like any other."""
    [turn] = seen.turns
    assert turn.ran == ["enrich", "score", "assign"]
    assert "blocked" not in turn.output
    assert turn.output["owner"] == "inside sales"


def end_does_not_stop(seen: Seen) -> None:
    """The branch that goes to END ends; its sibling goes on and posts."""
    [turn] = seen.turns
    assert turn.ran == ["prepare", "guard", "translate", "post"]
    assert turn.output["objection"] == "names a customer"
    assert seen.of("POSTED") == ["hallo ACME"]


def empty_map(seen: Seen) -> None:
    """A map over nothing starts nothing: all that follows it is left out, and the run ends."""
    two, none = seen.turns
    assert two.output["confirmation"] == "booked 15.50"
    assert none.ran == ["unpack"]
    assert none.error is None
    assert "confirmation" not in none.output


def loop_without_bound(seen: Seen) -> None:
    """Goes round until the step limit, then raises GraphRecursionError."""
    [turn] = seen.turns
    assert isinstance(turn.error, GraphRecursionError)
    assert len(turn.steps) == 60
    assert set(turn.ran) == {"write", "criticise"}


def path_map_lacks_label(seen: Seen) -> None:
    """KeyError with the label, out of LangGraph's own code; the route's author is not named."""
    shown, disputed = seen.turns
    assert shown.output["shown"] is True
    assert isinstance(disputed.error, KeyError)
    assert disputed.error.args == ("review",)
    assert disputed.ran == ["score"]


def path_map_lacks_literal(seen: Seen) -> None:
    """KeyError with the label, though the router's own return type names it."""
    offered, poor = seen.turns
    assert offered.output["letter"] == "We lend you 5000."
    assert isinstance(poor.error, KeyError)
    assert poor.error.args == ("guarantor",)


def route_returns_none(seen: Seen) -> None:
    """KeyError: None, once a case comes that the router says nothing of."""
    invoice, newsletter = seen.turns
    assert invoice.output["folder"] == "accounting/Invoice 7"
    assert isinstance(newsletter.error, KeyError)
    assert newsletter.error.args == (None,)


def route_returns_none_untyped(seen: Seen) -> None:
    """ValueError without the router's name, on the one path that returns nothing."""
    regular, guest, too_many = seen.turns
    assert regular.output["message"] == "welcome M-AB1"
    assert guest.output["message"].startswith("ticket for X-YZ9")
    assert isinstance(too_many.error, ValueError)
    assert str(too_many.error) == "Branch did not return a valid destination"


def dead_end_command(seen: Seen) -> None:
    """The run ends where the command goes nowhere; what is returned is None, not an output."""
    sent, resting = seen.turns
    assert sent.output == {"answer": "We advise: drink tea."}
    assert resting.ran == ["triage"]
    assert (resting.output, resting.error) == (None, None)


def dead_end_missing_edge(seen: Seen) -> None:
    """A node without an edge out of it is an end like any other: no mark, no error."""
    marked, unmarked = seen.turns
    assert marked.output == {"mark": "13 of 20"}
    assert unmarked.ran == ["short_check"]
    assert (unmarked.output, unmarked.error) == (None, None)


def unknown_goto_literal(seen: Seen) -> None:
    """ValueError while the graph is built, which names the target but not whose it is."""
    assert isinstance(seen.error, ValueError)
    assert str(seen.error) == "Found edge ending at unknown node `suport`"


def handoff_without_parent(seen: Seen) -> None:
    """The goto is looked for inside the agent's own graph: a line in the log, no handover."""
    [turn] = seen.turns
    assert turn.ran == ["flights"]
    assert turn.output["messages"][-1] == "The hotel agent takes over."
    assert len(seen.log) == 1
    assert seen.log[0].endswith("unknown channel branch:to:hotels, ignoring it.")


def interrupt_without_checkpointer_approval(seen: Seen) -> None:
    """Stops and asks, but the answer can't be given: RuntimeError on resume."""
    asked, answered = seen.turns
    assert asked.asked == ({"question": "Publish?", "text": "the new bridge opens"},)
    assert isinstance(answered.error, RuntimeError)
    assert str(answered.error) == "Cannot use Command(resume=...) without checkpointer"


def breakpoint_without_checkpointer(seen: Seen) -> None:
    """Stops before the node without a word, and can't go on: EmptyInputError."""
    stopped, resumed = seen.turns
    assert stopped.ran == ["plan"]
    assert stopped.error is None
    assert stopped.asked == ()
    assert isinstance(resumed.error, EmptyInputError)
    assert seen.of("APPLIED") == []


def effect_before_interrupt(seen: Seen) -> None:
    """The node runs again from its first line when it is resumed: the mail goes out twice."""
    _, confirmed = seen.turns
    assert confirmed.ran == ["confirm", "send_money"]
    assert seen.of("MAILS") == ["Your transfer to Kim is being looked at."] * 2


def functional_effect_before_interrupt(seen: Seen) -> None:
    """The function runs again, its tasks do not: the room is held twice, under two numbers."""
    asked, paid = seen.turns
    assert asked.asked == ({"total": 280, "room": "R-1"},)
    assert paid.output == {"room": "R-2", "status": "paid 280"}
    assert seen.of("BOOKINGS") == ["Rome", "Rome"]


def swallowed_interrupt(seen: Seen) -> None:
    """A pause is an exception: it is caught, nobody is asked, the data is erased."""
    [turn] = seen.turns
    assert turn.asked == ()
    assert turn.ran == ["count_records", "ask_officer", "erase"]
    assert seen.of("ERASED") == ["kim"]


def cache_without_cache(seen: Seen) -> None:
    """The policy is taken and never used: the dear call is made twice."""
    assert [turn.output["address"] for turn in seen.turns] == ["main street 1"] * 2
    assert seen.of("CALLS") == ["main street 1"] * 2


def retry_on_subgraph(seen: Seen) -> None:
    """The whole subgraph is tried again: what had already worked in it happens twice."""
    [turn] = seen.turns
    assert turn.error is None
    assert [line.split()[0] for line in seen.of("LEDGER")] == ["customer", "mailbox"] * 2
    assert turn.output["customer_id"] == "C-3"


def sync_timeout_leaf(seen: Seen) -> None:
    """ValueError while the graph is built, which names the node."""
    assert isinstance(seen.error, ValueError)
    assert "only supported for async nodes" in str(seen.error)
    assert "Node 'fetch' is sync" in str(seen.error)


def gone_tool_executor(seen: Seen) -> None:
    """ImportError: the name is no longer in `langgraph.prebuilt`."""
    assert isinstance(seen.error, ImportError)
    assert "'ToolExecutor' from 'langgraph.prebuilt'" in str(seen.error)


def gone_compiled_graph_module(seen: Seen) -> None:
    """ModuleNotFoundError: `langgraph.graph.graph` is no more."""
    assert isinstance(seen.error, ModuleNotFoundError)
    assert seen.error.name == "langgraph.graph.graph"


def gone_then_argument(seen: Seen) -> None:
    """TypeError while the graph is built: `then` is no longer an argument."""
    assert isinstance(seen.error, TypeError)
    assert "unexpected keyword argument 'then'" in str(seen.error)


def gone_prebuilt_argument(seen: Seen) -> None:
    """TypeError while the graph is built: `state_modifier` is no longer an argument."""
    assert isinstance(seen.error, TypeError)
    assert "unexpected keyword arguments: {'state_modifier'" in str(seen.error)


def gone_interrupt_attribute(seen: Seen) -> None:
    """Loads and compiles; AttributeError only when the pause is looked at."""
    [turn] = seen.turns
    assert isinstance(turn.error, AttributeError)
    assert turn.error.name == "resumable"
    assert turn.asked == ()


def gone_builder_attribute(seen: Seen) -> None:
    """AttributeError while the graph is built: `schema` is no longer on a builder."""
    assert isinstance(seen.error, AttributeError)
    assert str(seen.error) == "'StateGraph' object has no attribute 'schema'"
