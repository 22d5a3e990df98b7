"""Graphs built by hand from the nouns, so that drawing is tested on its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentgraph.model.agent import AgentKind, AgentSpec, Read, Write
from agentgraph.model.contract import Contract
from agentgraph.model.graph import (
    END,
    START,
    Case,
    EdgeSpec,
    GraphSpec,
    Interface,
    MapSpec,
    Port,
    RouteSpec,
    StateField,
    Way,
)
from agentgraph.model.guard import Guard
from agentgraph.model.policy import Fallback, Policies


def contract(name: str) -> Contract:
    return Contract(name, True, True)


def interface(name: str, *fields: str) -> Interface:
    return Interface(
        contract=contract(name),
        ports=tuple(Port(field=f, contract=contract("str")) for f in fields),
    )


def agent(
    name: str,
    reads: str = "",
    writes: str = "",
    output: str = "",
    kind: AgentKind = "function",
    **more: Any,
) -> AgentSpec:
    """Reads and writes are space-separated fields; `output` names the object that holds the writes."""
    whole = bool(output) and len(writes.split()) == 1 and output[0] == "="
    output = output.lstrip("=")
    return AgentSpec(
        name=name,
        kind=kind,
        reads=tuple(Read(field=f, parameter=f, contract=contract("str")) for f in reads.split()),
        writes=tuple(
            Write(
                field=f,
                contract=contract(output if whole else "str"),
                key=None if whole or not output else f,
            )
            for f in writes.split()
        ),
        output=contract(output or "str"),
        **more,
    )


def edge(source: str | list[str], target: str, **more: Any) -> EdgeSpec:
    sources = [source] if isinstance(source, str) else source
    if "when" in more:
        more["when"] = Guard(True, (), more["when"])
    return EdgeSpec(
        sources=tuple(sources),
        target=target,
        join=isinstance(source, list) and target != END,
        **more,
    )


def route(agent: str, on: str, to: dict[Any, str], otherwise: str | None = None) -> RouteSpec:
    return RouteSpec(
        agent=agent,
        by="field",
        on=on,
        cases=tuple(Case(target=target, label=label) for label, target in to.items()),
        otherwise=otherwise,
    )


def graph(
    name: str,
    agents: Iterable[AgentSpec],
    ways: Iterable[Way],
    enter: Interface | None = None,
    leave: Interface | None = None,
    version: str | None = "1.0.0",
) -> GraphSpec:
    agents, ways = tuple(agents), tuple(ways)
    fields = dict.fromkeys(
        [w.field for a in agents for w in a.writes]
        + [w.into for w in ways if isinstance(w, MapSpec)]
    )
    return GraphSpec(
        name=name,
        version=version,
        input=enter or interface("Question", "query"),
        output=leave or interface("Answer", "answer"),
        state=tuple(StateField(name=f, contract=contract("str")) for f in fields),
        agents=agents,
        ways=ways,
    )


def order_processing() -> GraphSpec:
    return graph(
        "order_processing",
        [
            agent(
                "classify_intent",
                "query",
                "intent order_id",
                "Intent",
                kind="model",
                model="fast",
                policies=Policies(fallbacks=(Fallback("agent", "keyword_intent"),)),
            ),
            agent("look_up_order", "order_id", "facts", "=OrderFacts"),
            agent("check_refund", "order_id", "facts", "=RefundDecision"),
            agent("ask_carrier", "order_id", "facts", "=Tracking"),
            agent("compose_reply", "query facts", "answer", "=str"),
        ],
        [
            edge(START, "classify_intent"),
            route(
                "classify_intent",
                "intent",
                {
                    "order_status": "look_up_order",
                    "refund_request": "check_refund",
                    "shipping_question": "ask_carrier",
                },
            ),
            edge(["look_up_order", "check_refund", "ask_carrier"], "compose_reply"),
            edge("compose_reply", END),
        ],
        enter=interface("CustomerQuery", "query"),
        leave=interface("CustomerReply", "answer"),
    )


def support_desk() -> GraphSpec:
    return graph(
        "support_desk",
        [
            agent("prompt_guard", "query", "safe", "=SafeMessage"),
            agent("classify_intent", "safe", "intent", "=Intent", kind="model", model="fast"),
            agent("route_by_intent", "intent", "wanted", "=str"),
            agent("search_policy", "wanted", "passages", "=Passages"),
            agent("lookup_order", "wanted", "order", "=Order"),
            agent("search_kb", "wanted", "passages", "=Passages"),
            agent("merge_evidence", "passages order", "evidence", "=Evidence"),
            agent(
                "draft_answer", "evidence critique", "draft", "=Draft", kind="model", model="deep"
            ),
            agent("verify_citations", "draft", "critique answer", kind="model", model="fast"),
            agent(
                "escalate_to_human",
                "query draft",
                "answer",
                "=HumanAnswer",
                kind="person",
                asks="?",
            ),
        ],
        [
            edge(START, "prompt_guard"),
            edge("prompt_guard", "classify_intent", when='safe.verdict == "ok"'),
            edge("prompt_guard", "escalate_to_human", when='safe.verdict == "blocked"'),
            edge("classify_intent", "route_by_intent"),
            route(
                "route_by_intent",
                "wanted",
                {"policy": "search_policy", "order": "lookup_order", "kb": "search_kb"},
            ),
            edge(["search_policy", "lookup_order", "search_kb"], "merge_evidence"),
            edge("merge_evidence", "draft_answer"),
            edge("draft_answer", "verify_citations"),
            edge(
                "verify_citations",
                "draft_answer",
                when="confidence < 0.7",
                at_most=3,
                otherwise="escalate_to_human",
            ),
            edge("verify_citations", END, when="confidence >= 0.7"),
            edge("escalate_to_human", END),
        ],
    )


def travel_planner() -> GraphSpec:
    def part(name: str, offer: str) -> GraphSpec:
        return graph(
            name,
            [
                agent(f"find_{name}", "trip", "offers", f"=list[{offer}]"),
                agent("rank", "offers", f"{name}_plan", f"={offer}"),
            ],
            [edge(START, f"find_{name}"), edge(f"find_{name}", "rank"), edge("rank", END)],
            enter=interface("Trip", "trip"),
            leave=interface(offer, f"{name}_plan"),
        )

    parts = {"transport": "Journey", "lodging": "Stay", "entertainment": "Outing"}
    return graph(
        "travel_planner",
        [
            agent("plan_trip", "query", "trip", "=Trip", kind="model", model="deep"),
            *(
                agent(n, "trip", f"{n}_plan", f"={o}", kind="graph", graph=part(n, o))
                for n, o in parts.items()
            ),
            agent("total_cost", " ".join(f"{n}_plan" for n in parts), "offer", "=Offer"),
            agent("approve", "offer", "decision", "=Decision", kind="person", asks="Approve?"),
            agent("book", "offer", "answer", "=Booking"),
            agent("release_hold", "offer", "answer", "=Apology"),
        ],
        [
            edge(START, "plan_trip"),
            *(edge("plan_trip", n) for n in parts),
            edge(list(parts), "total_cost"),
            edge("total_cost", "approve"),
            route("approve", "decision", {"yes": "book", "no": END}),
            edge("book", END),
            edge("book", "release_hold", on_failure=True),
            edge("release_hold", END),
        ],
    )


def everything() -> GraphSpec:
    """One of each: adapter, Map, loop, self-loop, failure, otherwise, two labels to one target."""
    return graph(
        "everything",
        [
            agent("plan", "query", "cities budget", "Plan"),
            agent("search", "city", "offer", "=Offer"),
            agent("choose", "offers", "choice", "=Choice"),
            agent("refine", "choice", "choice", "=Choice"),
            agent("to_note", "choice", "note", "=str"),
            agent("publish", "note", "answer", "=str"),
            agent("apologise", "", "answer", "=str"),
        ],
        [
            edge(START, "plan"),
            MapSpec(agent="plan", over="cities", each="city", target="search", into="offers"),
            edge("search", "choose"),
            edge("choose", "refine"),
            edge("refine", "refine", when="choice.score < 0.5", at_most=2, otherwise="apologise"),
            route(
                "refine",
                "choice",
                {"good": "publish", "fine": "publish", "again": "plan", None: "apologise"},
                otherwise=END,
            ),
            edge("choose", "publish", adapter="to_note"),
            edge("publish", "apologise", on_failure=True),
            edge(["publish", "apologise"], END),
        ],
    )
