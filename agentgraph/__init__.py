"""Contract-first agent systems: declared once, checked before they run, durable while they run.

The rooms, in the order in which a graph passes through them:

- `declare`   your functions and types become a `Graph`: plain data and bodies
- `lower`     the very nodes, triggers and joins that will run: a `Plan`
- `check`     proves that the contracts fit, or shows the value that breaks them
- `compile`   the plan as an ordinary LangGraph graph
- `call`      one agent call, made reliable
- `run`       start, resume, stream
- `remember`  ports to memory; `memory` joins them to Redis
- `draw`      the declared graph as text and pictures

Everything here is loaded when it is first asked for: importing `agentgraph` costs nothing, and
declaring or checking a graph never imports the engine.
"""

from typing import TYPE_CHECKING

from agentgraph._lazy import lazy_names
from agentgraph._version import __version__

if TYPE_CHECKING:
    from agentgraph.adopt.agents import from_langgraph as from_langgraph
    from agentgraph.call.facts import load_facts as load_facts
    from agentgraph.call.models import load_models as load_models
    from agentgraph.call.policy_settings import load_policies as load_policies
    from agentgraph.call.stopping import Stop as Stop
    from agentgraph.check.engine import check_graph as check_graph
    from agentgraph.compile.graph import compile_graph as compile_graph
    from agentgraph.declare.agent import Agent as Agent
    from agentgraph.declare.agent import agent as agent
    from agentgraph.declare.graph import Graph as Graph
    from agentgraph.declare.guard import field as field
    from agentgraph.declare.langchain_tool import from_langchain as from_langchain
    from agentgraph.declare.markers import Fields as Fields
    from agentgraph.declare.markers import Label as Label
    from agentgraph.declare.markers import append as append
    from agentgraph.declare.markers import kept as kept
    from agentgraph.declare.markers import upsert as upsert
    from agentgraph.declare.markers import whole as whole
    from agentgraph.declare.own_guards import Finder as Finder
    from agentgraph.declare.own_guards import OwnGuard as OwnGuard
    from agentgraph.declare.running import by_model as by_model
    from agentgraph.declare.running import by_person as by_person
    from agentgraph.declare.tool import Tool as Tool
    from agentgraph.declare.tool import tool as tool
    from agentgraph.declare.ways import Edge as Edge
    from agentgraph.declare.ways import Map as Map
    from agentgraph.declare.ways import Route as Route
    from agentgraph.draw.draw import draw_graph as draw_graph
    from agentgraph.memory import open_memory as open_memory
    from agentgraph.model.context import Context as Context
    from agentgraph.model.facts import ModelFacts as ModelFacts
    from agentgraph.model.graph import END as END
    from agentgraph.model.graph import START as START
    from agentgraph.model.message import Message as Message
    from agentgraph.model.policy import Budget as Budget
    from agentgraph.model.policy import Cache as Cache
    from agentgraph.model.policy import CircuitBreaker as CircuitBreaker
    from agentgraph.model.policy import ContentGuard as ContentGuard
    from agentgraph.model.policy import Estimate as Estimate
    from agentgraph.model.policy import Limit as Limit
    from agentgraph.model.policy import Model as Model
    from agentgraph.model.policy import Objective as Objective
    from agentgraph.model.policy import Retry as Retry
    from agentgraph.model.policy import Value as Value
    from agentgraph.model.retrieval import Document as Document
    from agentgraph.run.result import RunResult as RunResult
    from agentgraph.run.start import aresume_graph as aresume_graph
    from agentgraph.run.start import arun_graph as arun_graph
    from agentgraph.run.start import resume_graph as resume_graph
    from agentgraph.run.start import run_graph as run_graph
    from agentgraph.run.stream import astream_graph as astream_graph
    from agentgraph.run.stream import stream_graph as stream_graph

_NAMES = {
    "Agent": "declare.agent",
    "Budget": "model.policy",
    "Cache": "model.policy",
    "CircuitBreaker": "model.policy",
    "ContentGuard": "model.policy",
    "Context": "model.context",
    "END": "model.graph",
    "Document": "model.retrieval",
    "Edge": "declare.ways",
    "Estimate": "model.policy",
    "Fields": "declare.markers",
    "Finder": "declare.own_guards",
    "Graph": "declare.graph",
    "Label": "declare.markers",
    "Limit": "model.policy",
    "Map": "declare.ways",
    "Message": "model.message",
    "Model": "model.policy",
    "ModelFacts": "model.facts",
    "Objective": "model.policy",
    "OwnGuard": "declare.own_guards",
    "Retry": "model.policy",
    "Route": "declare.ways",
    "RunResult": "run.result",
    "START": "model.graph",
    "Stop": "call.stopping",
    "Tool": "declare.tool",
    "Value": "model.policy",
    "agent": "declare.agent",
    "append": "declare.markers",
    "aresume_graph": "run.start",
    "arun_graph": "run.start",
    "astream_graph": "run.stream",
    "by_model": "declare.running",
    "by_person": "declare.running",
    "check_graph": "check.engine",
    "compile_graph": "compile.graph",
    "draw_graph": "draw.draw",
    "field": "declare.guard",
    "from_langchain": "declare.langchain_tool",
    "from_langgraph": "adopt.agents",
    "kept": "declare.markers",
    "load_facts": "call.facts",
    "load_models": "call.models",
    "load_policies": "call.policy_settings",
    "open_memory": "memory",
    "resume_graph": "run.start",
    "run_graph": "run.start",
    "stream_graph": "run.stream",
    "tool": "declare.tool",
    "upsert": "declare.markers",
    "whole": "declare.markers",
}

__all__ = [
    "END",
    "START",
    "Agent",
    "Budget",
    "Cache",
    "CircuitBreaker",
    "ContentGuard",
    "Context",
    "Document",
    "Edge",
    "Estimate",
    "Fields",
    "Finder",
    "Graph",
    "Label",
    "Limit",
    "Map",
    "Message",
    "Model",
    "ModelFacts",
    "Objective",
    "OwnGuard",
    "Retry",
    "Route",
    "RunResult",
    "Stop",
    "Tool",
    "Value",
    "__version__",
    "agent",
    "append",
    "aresume_graph",
    "arun_graph",
    "astream_graph",
    "by_model",
    "by_person",
    "check_graph",
    "compile_graph",
    "draw_graph",
    "field",
    "from_langchain",
    "from_langgraph",
    "kept",
    "load_facts",
    "load_models",
    "load_policies",
    "open_memory",
    "resume_graph",
    "run_graph",
    "stream_graph",
    "tool",
    "upsert",
    "whole",
]

__getattr__, __dir__ = lazy_names(__name__, _NAMES)
