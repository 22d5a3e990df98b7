"""How each fault is mended, and by that alone: what is replaced in its specimen by what.

A mended specimen is right, so the pairs also say where a fault is and where it is not.
"""

from __future__ import annotations

# Pairs that bring in a name which a mend needs.
_AT = "from langgraph.graph import "
MEMORY = (_AT, f"from langgraph.checkpoint.memory import InMemorySaver\n{_AT}")
CACHE = (_AT, f"from langgraph.cache.memory import InMemoryCache\n{_AT}")
OVERWRITE = (_AT, f"from langgraph.types import Overwrite\n{_AT}")
ADD_MESSAGES = (_AT, f"from langgraph.graph import add_messages\n{_AT}")
STORE = (_AT, f"from langgraph.store.memory import InMemoryStore\n{_AT}")
REMAINING = (_AT, f"from langgraph.managed import RemainingSteps\n{_AT}")

MENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "accumulates_over_turns_map": (
        OVERWRITE,
        ('{"claims": [', '{"verdicts": Overwrite([]), "claims": ['),
    ),
    "breakpoint_without_checkpointer": (
        MEMORY,
        ('name="deploys"', "checkpointer=InMemorySaver()"),
    ),
    "cache_without_cache": (
        CACHE,
        ("builder.compile()", "builder.compile(cache=InMemoryCache())"),
    ),
    "counter_never_reset": (
        ('[AIMessage("42 rows")]}', '[AIMessage("42 rows")], "attempts": 0}'),
        ('could not write that query.")]}', 'could not write that query.")], "attempts": 0}'),
    ),
    "dead_end_command": (
        ('"advice": "rest"})', '"advice": "rest"}, goto="send")'),
        ('Literal["nurse", "doctor"]', 'Literal["nurse", "doctor", "send"]'),
    ),
    "dead_end_missing_edge": (
        (
            '    flow.add_edge("work_out", END)',
            '    flow.add_edge("short_check", "work_out")\n    flow.add_edge("work_out", END)',
        ),
    ),
    "effect_before_interrupt": (
        ("    send_mail(f\"Your transfer to {state['to']} is being looked at.\")\n", ""),
    ),
    "empty_map": (
        ('for part in state["attachments"]]', 'for part in state["attachments"]] or "book"'),
        ('["read_invoice"])', '["read_invoice", "book"])'),
    ),
    "end_does_not_stop": (
        (
            'builder.add_edge("translate", "post")\nbuilder.add_edge("log_ok", END)',
            'builder.add_edge(["translate", "log_ok"], "post")',
        ),
    ),
    "functional_effect_before_interrupt": (
        ("def hold_room", "@task\ndef hold_room"),
        ('hold_room(request["city"])', 'hold_room(request["city"]).result()'),
    ),
    "gone_builder_attribute": (("builder.schema", "builder.state_schema"),),
    "gone_compiled_graph_module": (
        (
            "langgraph.graph.graph import CompiledGraph",
            "langgraph.graph.state import CompiledStateGraph as CompiledGraph",
        ),
    ),
    "gone_interrupt_attribute": (("question.resumable", "question.value"),),
    "gone_prebuilt_argument": (("state_modifier", "prompt"),),
    "gone_then_argument": (
        ('    then="label",\n', ""),
        (
            'builder.add_edge("label", END)',
            'builder.add_edge("label", END)\nbuilder.add_edge("by_road","label")\nbuilder.add_edge("by_air","label")',
        ),
    ),
    "gone_tool_executor": (
        ("from langgraph.prebuilt import ToolExecutor, ToolInvocation\n", ""),
        ("ToolExecutor([stock_price])", "stock_price"),
        (
            'executor.invoke(ToolInvocation(tool="stock_price", tool_input={"ticker": ticker}))',
            'executor.invoke({"ticker": ticker})',
        ),
    ),
    "goto_beside_edge_command": (
        ('workflow.add_edge("decide", "pay")\n', ""),
        ('update={"state": "granted"})', 'update={"state": "granted"}, goto="pay")'),
        ('Literal["hand_over"]', 'Literal["hand_over", "pay"]'),
    ),
    "handoff_without_parent": (
        ('Command(goto="hotels",', 'Command(goto="hotels", graph=Command.PARENT,'),
    ),
    "input_state_as_whole": (
        ("StateGraph(InputState)", "StateGraph(OverallState, input_schema=InputState)"),
    ),
    "interrupt_without_checkpointer_approval": (
        MEMORY,
        ("flow.compile()", "flow.compile(checkpointer=InMemorySaver())"),
    ),
    "join_never_fires_partials": (
        ('        return ["references"]', '        return ["references", "coding_test"]'),
    ),
    "later_writer_wins": (
        (
            '    return {"status": "clear" if state["diploma"] != "unknown" else "incomplete"}',
            "    return {}",
        ),
    ),
    "loop_without_bound": (
        (
            'state["criticism"] == "good"',
            'state["criticism"] == "good" or len(state["drafts"]) > 3',
        ),
    ),
    "messages_overwritten": (
        ADD_MESSAGES,
        (
            "    messages: list[AnyMessage]",
            "    messages: Annotated[list[AnyMessage], add_messages]",
        ),
        ("import TypedDict", "import Annotated, TypedDict"),
    ),
    "mutated_in_place_counter": (
        ('state["right"] += 1', "right += 1"),
        ("    marks = []", "    marks = []; right = 0"),
        ('{"marks": marks}', '{"marks": marks, "right": right}'),
    ),
    "mutated_in_place_paused": (
        (
            'state["basket"]["delivery"] = 30',
            'return {"basket": {**state["basket"], "delivery": 30}}',
        ),
    ),
    "node_returns_text": (
        ("| StrOutputParser()", '| StrOutputParser() | (lambda text: {"poem": text})'),
    ),
    "output_never_filled": (('{"verdict": f"', '{"reasons": state["risky"], "verdict": f"'),),
    "parallel_subgraphs_echo": (
        (
            "class Prices(TypedDict, total=False):",
            "class PriceOut(TypedDict):\n    price: float\n\n\nclass RumourOut(TypedDict):\n    rumour: str\n\n\nclass Prices(TypedDict, total=False):",
        ),
        (
            "sub = StateGraph(schema)",
            "sub = StateGraph(schema, output_schema=PriceOut if schema is Prices else RumourOut)",
        ),
    ),
    "parallel_write_closures": ((', "source": kind', ""),),
    "path_map_lacks_label": (('"review"', '"moderate"'),),
    "path_map_lacks_literal": (
        ('"refuse": "refuse"}', '"refuse": "refuse", "guarantor": "refuse"}'),
    ),
    "prebuilt_state_lacks_key": (
        REMAINING,
        ("    customer: str\n", "    customer: str\n    remaining_steps: RemainingSteps\n"),
    ),
    "pydantic_refuses": (('"unknown"', "0"),),
    "read_before_write_one_path": (("by {state['supplier']}", "by {state.get('supplier', 'us')}"),),
    "read_never_written_dataclass": (("{state.title}", "{state.transcript}"),),
    "read_never_written_partial": (('state["tone"]', '"casual"'),),
    "read_never_written_subgraph_call": (('"documents"', '"passages"'),),
    "reducer_without_signature": (
        ("Annotated[float, max]", "Annotated[float, lambda a, b: max(a, b)]"),
    ),
    "reducer_wrong_type": (('{"notes": f"role: {role}"}', '{"notes": [f"role: {role}"]}'),),
    "retry_on_subgraph": (
        ("    retry_policy=RetryPolicy(max_attempts=3, initial_interval=0.001),\n", ""),
        (
            'setup.add_node("create_mailbox", create_mailbox)',
            'setup.add_node("create_mailbox", create_mailbox, retry_policy=RetryPolicy(max_attempts=3, initial_interval=0.001))',
        ),
    ),
    "returned_object_resets": (
        ("import dataclass\n", "import dataclass, replace\n"),
        ("Proof(text=state.text, typos=typos)", "replace(state, typos=typos)"),
    ),
    "route_beside_edge_async": (('graph_builder.add_edge("guard", "answer")\n', ""),),
    "route_by_last_answer": (
        ('        if state.get("answer"):\n            return "finish"\n', ""),
    ),
    "route_returns_none": (('        case "spam":', "        case _:"),),
    "route_returns_none_untyped": (("elif state.free > 0:", "else:"),),
    "run_twice_uneven": (
        (
            'builder.add_edge("reserve_stock", "charge")\nbuilder.add_edge("verify_address", "charge")',
            'builder.add_edge(["reserve_stock","verify_address"], "charge")',
        ),
    ),
    "send_payload_lacks_key": (
        ('{"entry": entry}', '{"entry": entry, "language": state["language"]}'),
    ),
    "stale_value_second_turn": (("    return {}", '    return {"error": ""}'),),
    "start_race_async": (
        ("    plan: list[str]", "    plan: Annotated[list[str], operator.add]"),
        (
            "from typing import TypedDict",
            "import operator\nfrom typing import Annotated, TypedDict",
        ),
    ),
    "store_without_store": (
        STORE,
        ("builder.compile(", "builder.compile(store=InMemoryStore(), "),
    ),
    "subgraph_doubles_reducer": (
        (
            "sub = StateGraph(Remarks)",
            'sub = StateGraph(Remarks, input_schema=TypedDict("I", {"diff": str}))',
        ),
    ),
    "subgraph_shares_no_key": (
        ('state.get("text", "")', 'state["essay"]'),
        ("    text: str", "    essay: str"),
        ("    advice: str", "    feedback: str"),
        ('{"advice":', '{"feedback":'),
    ),
    "swallowed_interrupt": (("except Exception:", "except ValueError:"),),
    "sync_timeout_leaf": (("def fetch", "async def fetch"),),
    "undeclared_write_command": (('"assessment"', '"assessed"'),),
    "undeclared_write_methods": (('"dayz"', '"days"'),),
    "unknown_goto_literal": (("suport", "support"),),
    "unknown_goto_supervisor": (('"report_writer"', '"writer"'),),
    "unknown_route_factory": (('"hot_line"', '"hotline"'),),
    "unknown_send_target_map": (('"grade_review"', '"grade"'),),
    "unreachable_node": (
        ('builder.add_edge("enrich", "score")', 'builder.add_edge("enrich", "check_blocklist")'),
    ),
    "whole_state_returned_reducer": (
        (
            '    state["log"].append(f"mitigated {state[\'service\']}")\n    return {**state}',
            '    return {"log": [f"mitigated {state[\'service\']}"]}',
        ),
    ),
}
