"""What LangGraph means by the errors that it raises while a user's module loads, and the very line of them."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from agentgraph.errors import Problem

_GONE = {
    "ToolExecutor": "use ToolNode",
    "ToolInvocation": "use ToolNode",
    "CompiledGraph": "it is CompiledStateGraph, in langgraph.graph.state",
    "langgraph.graph.graph": "CompiledStateGraph is in langgraph.graph.state",
    "MessageGraph": "use StateGraph(MessagesState)",
    "state_modifier": "it is prompt= now",
    "messages_modifier": "it is prompt= now",
    "then": "add an edge from each of the targets",
    "schema": "it is state_schema now",
    "config_schema": "it is context_schema now",
    "retry": "it is retry_policy= now",
    "input": "it is input_schema now",
    "output": "it is output_schema now",
    "langchain_core.pydantic_v1": "import it from pydantic",
    "SqliteSaver": "install langgraph-checkpoint-sqlite",
    "langgraph.checkpoint.sqlite": "install langgraph-checkpoint-sqlite",
    "langgraph.checkpoint.postgres": "install langgraph-checkpoint-postgres",
}
"""Names that LangGraph no longer has, or has elsewhere."""


def explained(error: Exception, problem: Problem) -> Problem:
    """The problem at the argument that it is about, with what helps, where that is known."""
    if problem.file is None or problem.line is None:
        return problem
    tree = _tree(problem.file)
    text = str(error)
    node = _about(tree, problem.line, text) if tree is not None else None
    line = node.lineno if node is not None else problem.line
    return replace(problem, line=line, help=_help(error, text) or problem.help)


def _tree(file: str) -> ast.Module | None:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123  # as Python reads it, its encoding too
            return ast.parse(stream.read())
    except (OSError, SyntaxError, ValueError):
        return None


def _about(tree: ast.Module, line: int, text: str) -> ast.expr | ast.stmt | None:
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    for wanted in _arguments(text):
        for call in calls:
            found = next((one for one in call.keywords if one.arg == wanted), None)
            if found is not None:
                return found.value
    if "signature found for builtin" in text or "Signature should be" in text:
        return _reducer(tree, text)
    if "in state_schema" in text:
        return _state_class(tree, calls)
    return None


def _arguments(text: str) -> list[str]:
    """The names of arguments that a message speaks of."""
    found = re.findall(r"unexpected keyword argument\(?s?\)?:? ['{\"]+(\w+)", text)
    return [*found, *(["timeout"] if "timeouts are only supported" in text else [])]


def _reducer(tree: ast.Module, text: str) -> ast.stmt | None:
    """The annotation whose reducer cannot be used."""
    name = re.search(r"function (\w+)", text)
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.annotation, ast.Subscript):
            parts = node.annotation.slice
            last = parts.elts[-1] if isinstance(parts, ast.Tuple) else None
            if isinstance(last, ast.Name) and name is not None and last.id == name[1]:
                return node
    return None


def _state_class(tree: ast.Module, calls: list[ast.Call]) -> ast.stmt | None:
    for call in calls:
        for keyword in call.keywords:
            if keyword.arg == "state_schema" and isinstance(keyword.value, ast.Name):
                wanted = keyword.value.id
                for node in ast.walk(tree):
                    if isinstance(node, ast.ClassDef) and node.name == wanted:
                        return node
    return None


def _help(error: Exception, text: str) -> str:
    names = re.findall(r"['{\"]([\w.]+)['}\"]", text)
    about = isinstance(error, ImportError | AttributeError | TypeError)
    return next((_GONE[name] for name in names if name in _GONE), "") if about else ""
