"""Findings about bodies that a test writes out, in a module of their own."""

from __future__ import annotations

import importlib.util
import itertools
import sys
import textwrap
from pathlib import Path

from agentgraph.check.engine import check_graph
from agentgraph.check.finding import Finding

_NUMBERS = itertools.count()
HEAD = """
import asyncio
import contextlib
import datetime
import functools
import logging
import os
import random
import sqlite3
import subprocess
import time
import uuid
from typing import Annotated, Any, Literal, TypedDict

import httpx
import requests
from langgraph.errors import GraphBubbleUp, GraphInterrupt
from langgraph.types import interrupt
from pydantic import BaseModel

from agentgraph import (
    END, START, Context, Edge, Fields, Graph, Label, Model, Route, Value, agent, by_model, tool,
)

log = logging.getLogger(__name__)


class In(TypedDict):
    x: str


class Out(TypedDict):
    y: str


@tool(approval="Shall it be done?", open_world=False)
def ask(x: str, ref: str = "") -> str:
    return x


@tool
def send(x: str) -> str:
    return x


@tool(keyed=True)
def pay(x: str, ref: str = "") -> str:
    return x


@tool(idempotent=True)
def put(x: str, ref: str = "") -> str:
    return x


@tool(read_only=True, open_world=False)
def look(x: str) -> str:
    return x


@tool(read_only=True)
async def alook(x: str) -> str:
    return x
"""
TAIL = """
graph = Graph("g", input=In, output=Out, edges=[Edge(START, body), Edge(body, END)])
"""


def judged(folder: Path, text: str, tail: str = TAIL) -> list[Finding]:
    """What is found of the graph of one module; with the usual tail, of the one agent `body`."""
    name = f"judged_{next(_NUMBERS)}"
    path = folder / f"{name}.py"
    path.write_text(HEAD + textwrap.dedent(text) + tail, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        return check_graph(module.graph)
    finally:
        del sys.modules[name]


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    """The code and severity of each."""
    return [(finding.code, finding.severity) for finding in findings]
