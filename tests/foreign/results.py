"""What the correct specimens come to: one entry a specimen, one expectation a turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.foreign.play import Turn


@dataclass(frozen=True, slots=True)
class Ends:
    """The turn ends, its output has these values among others, and it asks nothing."""

    output: Any

    def hold_against(self, turn: Turn) -> None:
        assert turn.asked == ()
        if isinstance(self.output, dict):
            assert {key: turn.output.get(key) for key in self.output} == self.output
        else:
            assert turn.output == self.output


@dataclass(frozen=True, slots=True)
class Asks:
    """The turn stops at one interrupt with this question."""

    question: Any

    def hold_against(self, turn: Turn) -> None:
        assert turn.asked == (self.question,)


@dataclass(frozen=True, slots=True)
class StopsAfter:
    """The turn stops at a breakpoint, with this node as the last one that ran."""

    node: str

    def hold_against(self, turn: Turn) -> None:
        assert turn.asked == ()
        assert turn.ran[-1] == self.node


@dataclass(frozen=True, slots=True)
class Result:
    """What is expected of a specimen's turns, and what its records of effects hold at the end."""

    turns: tuple[Ends | Asks | StopsAfter, ...]
    effects: dict[str, Any] = field(default_factory=dict)


def turns(*expected: Ends | Asks | StopsAfter, **effects: Any) -> Result:
    return Result(expected, effects)


def ends(*outputs: Any, **effects: Any) -> Result:
    return Result(tuple(Ends(output) for output in outputs), effects)


RESULTS = {
    "approval_with_memory": turns(
        Asks({"question": "Publish?", "text": "the bridge"}),
        Ends({"result": "published"}),
        Asks({"question": "Publish?", "text": "the road"}),
        Ends({"result": "archived"}),
        MAILS=["published: the bridge"],
    ),
    "async_fan_out": ends({"offer": "Riga with south for 94"}),
    "bound_in_nested_settings": ends(
        {"code": "def f(): return 2", "progress": {"drafts": {"made": 2}, "passed": True}},
        {"code": "def g(): return 3", "progress": {"drafts": {"made": 3}, "passed": False}},
    ),
    "breakpoint_with_memory": turns(
        StopsAfter("plan"), Ends({"result": "applied api -> 2.1"}), APPLIED=["api -> 2.1"]
    ),
    "cached_look_up": ends(*[{"label": "main street 1 @ 48.1, 11.5"}] * 2, CALLS=["main street 1"]),
    "chat_with_memory": ends(
        {"messages": ["I am Kim.", "Hello Kim."]},
        {"messages": ["I am Kim.", "Hello Kim.", "Who am I?", "You are Kim."]},
    ),
    "copy_then_change": ends(
        {"total": 350, "history": [{"basket": {"table": 240, "chair": 80, "delivery": 30}}]}
    ),
    "deferred_collector": ends(
        {"verdict": "3 notes: Rioja smells of plums, decanted, tastes of oak"}
    ),
    "error_handler_node": ends(
        {"answer": "charged 5.00."}, {"answer": "not charged: card refused."}
    ),
    "functional_chat": ends("HELLO (0 before)", "BYE (1 before)"),
    "functional_pipeline": turns(
        Asks({"total": 80}),
        Ends({"rooms": ["R-1", "R-2"], "total": 80, "status": "booked"}),
        BOOKINGS=["Rome", "Oslo"],
    ),
    "goto_computed": ends(
        {"answer": "a new invoice comes"},
        {"answer": "a link was sent", "tried": ["accounting", "help_desk"]},
        {"answer": "one moment, please"},
    ),
    "implicit_end": ends(
        {"url": "/old-bridge-closed"},
        ARCHIVE=["old-bridge-closed"],
        COUNTS={"old-bridge-closed": 1},
    ),
    "interrupt_in_subgraph": turns(
        Asks("order 3 valves?"), Ends({"approved": True, "result": "placed"}), PLACED=["valves"]
    ),
    "join_over_all_branches": ends({"memo": "4 risks"}),
    "keys_read_by_routers_only": ends(
        {"answer": "Wir schreiben Ihnen."},
        {"answer": "We call you."},
        {"answer": "We write to you."},
    ),
    "list_cleared_each_turn": ends(
        {"rating": "1 of 2 claims hold"}, {"rating": "1 of 1 claims hold", "verdicts": [True]}
    ),
    "managed_last_step": ends(
        {"outcome": "sold for 75"}, {"outcome": "no deal, 8129 apart", "offered": 291}
    ),
    "managed_remaining_steps": ends({"answer": "a map is on page 10"}),
    "map_reduce_guarded": ends({"minutes": "Ada: 2, Bob: 1"}, {"minutes": "nobody spoke"}),
    "nodes_from_a_table": ends({"text": "two words"}),
    "nodes_that_are_chains": ends({"slogan": "Light for all", "poster": "*** LIGHT FOR ALL! ***"}),
    "nodes_that_are_lambdas": ends({"text": "3.0 m"}, {"text": "what is a ell?"}),
    "nodes_that_are_methods": ends({"advice": "a coat at 2"}, {"advice": "a shirt"}),
    "nodes_that_are_partials": ends({"best": "south for 2.50 EUR"}, {"best": "sold out"}),
    "nodes_that_are_runnable_lambdas": ends(
        {"label": "BATH, High Street 2"}, {"label": "PO box 7"}
    ),
    "one_field_several_types": ends({"plan": "27 minutes"}, {"plan": "0 minutes"}),
    "optional_keys_with_defaults": ends(
        {"greeting": "Hello, stranger!"},
        {"greeting": "Bonjour, Dr Kim! Nice to see you again.", "history": ["Kim"]},
    ),
    "parallel_subgraphs_own_outputs": ends({"brief": "ACME at 40.0: ACME buys a rival"}),
    "pause_passed_on": turns(
        Asks("Erase kim?"),
        Ends({"result": "erased"}),
        Asks("Erase sam?"),
        Ends({"result": "kept", "allowed": False}),
        ERASED=["kim"],
    ),
    "prebuilt_agent_as_node": ends(
        {
            "messages": [
                "How is the weather in Nice?",
                "",
                "sun in Nice",
                "It is sunny in Nice.",
                "Your travel desk",
            ]
        }
    ),
    "private_channels": ends({"mark": "B (3 words)"}, {"mark": "A (3 words)"}),
    "pydantic_state": ends(
        {"decision": "paid", "note": "40.00 to Kim"},
        {"decision": "asked", "note": "Sam: is 140.00 right?"},
    ),
    "react_by_hand": ends({"messages": ["ACME or ZZ?", "", "40.0", "", "20.0", "ACME is dearer."]}),
    "reducers_of_several_kinds": ends(
        {
            "line": "2 http,ping,web1 1.5 slow",
            "details": {"http": 1.5, "ping": 0.2},
            "messages": ["http took 1.5", "ping took 0.2"],
        }
    ),
    "retried_leaf": ends({"text": "11.00 USD"}, ATTEMPTS=["USD"] * 3),
    "returned_whole_object": ends(
        {"text": "the bread and butter", "note": "0 typos after 3 rounds"},
        {"text": "the the teh teh", "note": "2 typos after 3 rounds"},
    ),
    "router_names_several": ends(
        {"decision": "references of Kim; trial_day of Kim"},
        {"decision": "licence of Sam"},
        {"decision": "nothing to ask"},
    ),
    "runtime_context_and_config": ends({"text": "Kim (known): 216.00"}),
    "send_by_untyped_goto": ends(
        {"report": "bread: 1. Flour, 2. Yeast, 3. Ovens"}, {"report": "sand: "}
    ),
    "send_plain_values": ends({"longest": "measure"}, {"longest": "", "lengths": {}}),
    "sides_that_never_meet": ends(
        {"letter": "A: granted"}, {"letter": "B: in review"}, {"letter": "C: refused"}
    ),
    "state_changed_and_returned": ends(
        {"mails": ["Dear Kim", "Dear Sam"], "report": "2 mails, 1 without a name"}
    ),
    "state_with_methods": ends(
        {"receipt": ["book 20.00", "lamp 40.00", "pen 2.00", "= 55.80"]},
        {"receipt": ["pen 2.00", "= 6.90"]},
    ),
    "store_remembers": ends(
        {"greeting": "Hello, how about tea?"}, *[{"greeting": "Hello, how about jazz?"}] * 2
    ),
    "stream_writer": ends({"report": "2 of 3 rows", "good": ["a;1", "c;3"]}),
    "subgraph_as_node": ends({"text": "topic: moss; found: what is moss; found: why moss"}),
    "subgraph_inside_function": ends(
        {"answer": "Use the reset link."}, {"answer": "We will write to you."}
    ),
    "supervisor_bounded": ends(
        {
            "rounds": 4,
            "messages": [
                "coral",
                "three papers",
                "more, please",
                "three papers",
                "sound",
                "done after 4",
            ],
        }
    ),
    "swarm_handoff_tools": ends(
        {
            "active": "hotels",
            "messages": [
                "I need a bed in Riga.",
                "",
                "over to hotels",
                "The Astoria has a room.",
            ],
        }
    ),
    "turn_begins_afresh": ends(
        {"messages": ["orders", "SELECT orders -- v1", "SELECT orders -- v2", "42 rows"]},
        {"messages": ["customers", "SELECT customers -- v1", "SELECT customers -- v2", "42 rows"]},
    ),
    "typeddict_inheritance": ends(
        {"letter": "C1: we pay 1500.00"}, {"letter": "C2: nothing to pay"}
    ),
}
