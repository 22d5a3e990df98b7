"""`agentgraph check` and `draw` on modules of plain LangGraph graphs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.cli import with_langgraph as agentgraph

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


def in_a_function(text: str, head: str) -> str:
    """The graph built when a function is called."""
    above, building = text.split("builder = ", 1)
    body = "".join(f"    {line}\n" for line in f"builder = {building}".splitlines())
    return f"{above}def {head}:\n{body}    return graph\n"


def test_a_function_that_only_builds_a_graph_is_called_for_it(tmp_path: Path) -> None:
    text = in_a_function(FAULTY, "make()")
    model = "    builder.add_node('model', lambda state: {'reply': state.invoke('')})\n"
    write(tmp_path, "bot.py", text.replace("    graph =", f"{model}    graph ="))
    ran = agentgraph("check", "bot.py", cwd=tmp_path)
    assert ran.code == 1
    assert ran.out.count("error[AG404]") == 1
    assert "1 graph checked" in ran.out, ran.err


def test_a_function_that_also_runs_the_graph_is_left_alone(tmp_path: Path) -> None:
    text = in_a_function(FAULTY, "main()").replace(
        "    return graph", "    open('ran.txt', 'w').close()\n    return graph.invoke({})"
    )
    write(tmp_path, "bot.py", text)
    ran = agentgraph("check", "bot.py", cwd=tmp_path)
    assert ran.code == 2
    assert "no graph is there before a function is called" in ran.err
    assert "call main for one" in ran.err
    assert not (tmp_path / "ran.txt").exists()


@pytest.mark.parametrize(
    "line",
    [
        "open('ran.txt', 'w').close()",
        "Index.from_documents([])",
        "graph.get_graph().draw_mermaid_png()",
        "note_down()",
    ],
)
def test_a_function_that_also_does_what_changes_or_costs_something_is_left_alone(
    tmp_path: Path, line: str
) -> None:
    helper = "\n\ndef note_down():\n    open('ran.txt', 'w').close()\n"
    made = in_a_function(FAULTY, "make()")
    write(
        tmp_path,
        "bot.py",
        made.replace("    return graph", f"    {line}\n    return graph") + helper,
    )
    ran = agentgraph("check", "bot.py", cwd=tmp_path)
    assert "no graph is there before a function is called" in ran.err
    assert not (tmp_path / "ran.txt").exists()


def test_a_graph_that_its_own_function_built_is_checked_once(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", in_a_function(FAULTY, "make()") + "\n\ngraph = make()\n")
    ran = agentgraph("check", "bot.py", cwd=tmp_path)
    assert ran.out.count("error[AG404]") == 1
    assert "1 graph checked" in ran.out


def test_a_graph_that_an_object_holds_is_found(tmp_path: Path) -> None:
    text = in_a_function(FAULTY, "make(deep: int)")
    text += (
        "\n\nclass Bot:\n    def __init__(self):\n        self.graph = make(1)\n\n\nbot = Bot()\n"
    )
    write(tmp_path, "bot.py", text)
    assert agentgraph("check", "bot.py", cwd=tmp_path).out.count("error[AG404]") == 1


def test_a_manifest_may_name_a_function_that_takes_the_configuration(tmp_path: Path) -> None:
    text = in_a_function(FAULTY, "make(config)").replace(
        "    return graph", "    config['configurable']\n    return graph"
    )
    write(tmp_path, "bot.py", text)
    assert agentgraph("check", "bot.py", cwd=tmp_path).code == 2
    assert agentgraph("check", "bot.py:make", cwd=tmp_path).code == 1
    write(tmp_path, "langgraph.json", json.dumps({"graphs": {"bot": "./bot.py:make"}}))
    assert agentgraph("check", ".", cwd=tmp_path).out.count("error[AG404]") == 1


def test_all_that_a_manifest_names_in_vain_is_told_at_its_line(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", FAULTY)
    entries = {
        "good": "./bot.py:graph",
        "gone": "./gone.py:graph",
        "near": {"path": "./bot.py:grap"},
        "bare": "bot.py",
        "theirs": "./bot.ts:graph",
    }
    write(tmp_path, "langgraph.json", json.dumps({"graphs": entries}, indent=1))
    ran = agentgraph("check", ".", cwd=tmp_path)
    assert ran.code == 2
    assert f"langgraph.json:4: there is no file {tmp_path / 'gone.py'}" in ran.err
    assert "langgraph.json:5: bot.py has no 'grap'\n    help: did you mean 'graph'?" in ran.err
    assert "langgraph.json:8: the graph 'bare' is \"bot.py\"" in ran.err
    assert ran.err.count("error: ") == 3
    assert ran.out.count("error[AG404]") == 1


def test_a_manifest_that_is_no_json_is_told_and_the_rest_is_checked(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", FAULTY)
    write(tmp_path, "langgraph.json", '{"graphs":\n')
    ran = agentgraph("check", ".", cwd=tmp_path)
    assert ran.code == 2
    assert "langgraph.json:2: it is not JSON" in ran.err
    assert ran.out.count("error[AG404]") == 1


def test_a_function_of_a_manifest_that_fails_is_said_in_one_line(tmp_path: Path) -> None:
    text = in_a_function(GRAPH, "make(config)").replace(
        "    return graph", "    raise ValueError('no key')"
    )
    write(tmp_path, "bot.py", text)
    write(tmp_path, "good.py", FAULTY)
    write(tmp_path, "langgraph.json", json.dumps({"graphs": {"bot": "./bot.py:make"}}))
    ran = agentgraph("check", ".", cwd=tmp_path)
    assert ran.code == 2
    assert ran.err.count("error: bot.py:12: make() raises ValueError: no key") == 1
    assert ran.out.count("error[AG404]") == 1


def test_what_was_built_before_a_module_failed_is_checked(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", FAULTY + "raise OSError('no network')\n")
    ran = agentgraph("check", "bot.py", cwd=tmp_path)
    assert ran.code == 2
    assert "OSError: no network" in ran.err
    assert ran.out.count("error[AG404]") == 1


def test_relative_imports_make_a_folder_a_package(tmp_path: Path) -> None:
    state, rest = FAULTY.split("def answer", 1)
    write(tmp_path, "src/bot/state.py", state)
    write(tmp_path, "src/bot/graph.py", f"from .state import *\n\ndef answer{rest}")
    ran = agentgraph("check", "src/bot/graph.py", cwd=tmp_path)
    assert ran.code == 1, ran.err
    assert "error[AG404]" in ran.out


STAND_INS = """
from nosuchpackage_ import Search, Settings, State
from pydantic import Field
from langgraph.checkpoint.nosuchsaver_ import Saver
from langgraph.graph import END, START, StateGraph
from langgraph.prebuilt import ToolNode

class Own(Settings):
    level: str = Field("info", description="how loud")
    key: str = Field(...)

assert Own().level.upper() == "INFO" and Own().key.strip()

class Mine(State):
    text: str

def answer(state: Mine):
    return {"messages": [state["text"]], "text": ""}

with Saver.from_conn_string("somewhere") as saver:
    builder = StateGraph(Mine)
    builder.add_node("answer", answer)
    builder.add_node("tools", ToolNode([Search(limit=1)]))
    builder.add_edge(START, "answer")
    builder.add_edge("answer", "tools")
    builder.add_edge("tools", END)
    graph = builder.compile(checkpointer=saver)
"""


def test_stand_ins_may_be_tools_checkpointers_settings_and_bases_with_keys_of_their_own(
    tmp_path: Path,
) -> None:
    write(tmp_path, "bot.py", STAND_INS)
    ran = agentgraph("check", "--stub-missing", "bot.py", cwd=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    assert "1 graph checked" in ran.out
    assert "stood in for: langgraph.checkpoint.nosuchsaver_, nosuchpackage_" in ran.err


def test_the_state_before_a_node_is_shown(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", "import nosuchpackage_\n" + GRAPH)
    ran = agentgraph("check", "--stub-missing", "--show-state", "answer", "bot.py", cwd=tmp_path)
    assert ran.out.splitlines() == [
        "When graph.answer starts, the state holds:",
        "",
        "field  from                 at        declared as",
        "text   the input, if given  bot.py:7  str",
        "reply  the input, if given  bot.py:8  str",
    ]


MADE = FAULTY.replace("builder = ", "def make(config):\n    builder = ").replace(
    "graph = builder.compile()", "return builder.compile()"
)
MADE = MADE.replace("\nbuilder.", "\n    builder.").replace("\nreturn", "\n    return")


def test_functions_that_the_manifest_names_are_called_for_their_graphs(tmp_path: Path) -> None:
    more = "\nasync def later(): ...\n\ndef broken():\n    raise OSError('no database')\n"
    write(tmp_path, "bot.py", MADE + more)
    graphs = {name: f"./bot.py:{name}" for name in ("make", "later", "broken")}
    write(tmp_path, "langgraph.json", json.dumps({"graphs": graphs}))
    ran = agentgraph("check", ".", cwd=tmp_path)
    assert "error[AG404]: answer writes rely" in ran.out
    assert "later() returns no graph" in ran.err
    assert "broken() raises OSError: no database" in ran.err
    assert ran.code == 2


def test_a_function_or_an_attribute_that_a_target_names_is_a_graph(tmp_path: Path) -> None:
    write(tmp_path, "bot.py", f"{MADE}\nclass Bot:\n    app = make({{}})\n\nbot = Bot()\n")
    for name in ("make", "bot.app"):
        assert agentgraph("check", f"bot.py:{name}", cwd=tmp_path).out.count("error[AG404]") == 1
