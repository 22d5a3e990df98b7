"""`agentgraph check` and `draw` on modules of plain LangGraph graphs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.acceptance.cli import agentgraph

GRAPH = """
from typing import TypedDict
from langgraph.graph import END, START, StateGraph

class State(TypedDict, total=False):
    text: str
    reply: str

def answer(state: State) -> State:
    return {"reply": state["text"].upper()}

builder = StateGraph(State)
builder.add_node("answer", answer)
builder.add_edge(START, "answer")
builder.add_edge("answer", END)
graph = builder.compile()
"""
FAULTY = GRAPH.replace('{"reply":', '{"rely":')


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_fault_is_shown_at_its_line(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", FAULTY)
    ran = agentgraph("check", "bot.py", cwd=tmp_path)
    assert ran.code == 1
    assert "error[AG404]: answer writes rely, which the state does not have" in ran.out
    assert "--> bot.py:10" in ran.out
    assert "did you mean reply?" in ran.out


def test_a_right_graph_says_how_much_was_seen(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", GRAPH)
    ran = agentgraph("check", "--strict", "bot.py", cwd=tmp_path)
    assert ran.code == 0
    assert ran.out == "1 graph checked: no findings; 1 of 1 node could be read\n"


def test_a_compiled_graph_and_its_builder_are_one_and_can_be_named(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", FAULTY)
    for name in ("graph", "builder"):
        ran = agentgraph("check", f"bot.py:{name}", cwd=tmp_path)
        assert ran.out.count("error[AG404]") == 1


def test_a_graph_within_another_is_checked_once(tmp_path: Path) -> None:
    inner = FAULTY.replace("graph = builder.compile()", "inner = builder.compile()")
    outer = """
outer = StateGraph(State)
outer.add_node("inner", inner)
outer.add_edge(START, "inner")
graph = outer.compile()
"""
    write(tmp_path, "bot.py", inner + outer)
    ran = agentgraph("check", "bot.py", cwd=tmp_path)
    assert ran.out.count("error[AG404]") == 1
    assert "1 graph checked" in ran.out


def test_a_folder_with_a_manifest_has_its_graphs_found(tmp_path: Path) -> None:
    write(tmp_path, "src/bot/agent.py", FAULTY)
    write(tmp_path, "langgraph.json", json.dumps({"graphs": {"bot": "./src/bot/agent.py:graph"}}))
    write(tmp_path, "other.py", "print('no graph here')")
    ran = agentgraph("check", ".", cwd=tmp_path)
    assert ran.code == 1
    assert "--> src/bot/agent.py:10" in ran.out
    assert "no graph here" not in ran.err


def test_a_platform_brings_a_checkpointer(tmp_path: Path) -> None:
    pausing = GRAPH.replace(
        'return {"reply": state["text"].upper()}', 'return {"reply": interrupt(state["text"])}'
    ).replace("from typing", "from langgraph.types import interrupt\nfrom typing")
    write(tmp_path, "bot.py", pausing)
    assert "AG807" in agentgraph("check", "bot.py", cwd=tmp_path).out
    write(tmp_path, "langgraph.json", json.dumps({"graphs": {"bot": "./bot.py:graph"}}))
    assert "AG807" not in agentgraph("check", "bot.py", cwd=tmp_path).out


def test_a_module_that_fails_does_not_keep_others_from_being_checked(tmp_path: Path) -> None:
    write(tmp_path, "a.py", GRAPH.replace("TypedDict\n", "TypedDict\nimport nosuchpackage_\n", 1))
    write(tmp_path, "b.py", FAULTY)
    ran = agentgraph("check", "a.py", "b.py", cwd=tmp_path)
    assert ran.code == 2
    assert ran.err.count("error: a.py:3: ModuleNotFoundError") == 1
    assert "error[AG404]" in ran.out


def test_what_is_not_installed_can_be_stood_in_for(tmp_path: Path) -> None:
    text = FAULTY.replace(
        "class State",
        "from nosuchpackage_.models import Chat, tool\n\n@tool\ndef look(x: str) -> str: ...\n\n"
        "model = Chat(name='x').bind_tools([look])\n\nclass State",
        1,
    )
    write(tmp_path, "bot.py", text)
    assert agentgraph("check", "bot.py", cwd=tmp_path).code == 2
    ran = agentgraph("check", "--stub-missing", "bot.py", cwd=tmp_path)
    assert ran.code == 1
    assert "error[AG404]" in ran.out
    assert "not installed, and stood in for: nosuchpackage_" in ran.err


def test_a_name_that_is_gone_is_told_with_what_took_its_place(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", "from langgraph.prebuilt import ToolExecutor\n" + GRAPH)
    ran = agentgraph("check", "bot.py", cwd=tmp_path)
    assert ran.code == 2
    assert "bot.py:1: ImportError" in ran.err
    assert "help: use ToolNode" in ran.err


def test_a_graph_that_cannot_be_compiled_is_judged_all_the_same(tmp_path: Path) -> None:
    text = GRAPH.replace('add_edge("answer", END)', 'add_edge("answer", "repy")')
    write(tmp_path, "bot.py", text)
    ran = agentgraph("check", "bot.py", cwd=tmp_path)
    assert ran.code == 2
    assert "unknown node `repy`" in ran.err


def test_it_is_drawn(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", GRAPH)
    assert "answer" in agentgraph("draw", "bot.py", cwd=tmp_path).out
    mermaid = agentgraph("draw", "--format", "mermaid", "bot.py", cwd=tmp_path).out
    assert "answer" in mermaid


def test_a_finding_can_be_waived_on_its_line(tmp_path: Path) -> None:
    waived = FAULTY.replace(".upper()}", ".upper()}  # agentgraph: ignore[AG404]")
    write(tmp_path, "bot.py", waived)
    assert agentgraph("check", "bot.py", cwd=tmp_path).code == 0
