"""Untrusted text becomes instructions, or a model's text a command, code, a query or an address.

## What

A parameter that a model or an outsider fills with any text it likes is put into a command line, into
code for `eval`, into the text of an SQL query, or into the host of a URL. Or a field labelled
"untrusted" stands in the prompt of an agent whose tools have effects, without anyone's approval.

## Why

Whoever writes the text then decides what is done. A model can be talked into writing anything, by
a web page or a letter that it was merely to summarise; its text in a query is the old injection with
a new author, and text in a prompt beside tools needs not even that.

## Example

    @tool
    def count_orders(status: str) -> int:               # a model calls it
        return db.execute(f"SELECT count(*) FROM orders WHERE status = '{status}'").fetchone()[0]

## Instead

Hand values over as values: `execute("... WHERE status = ?", (status,))`, a list of arguments for
`subprocess.run`, a fixed host. Type the parameter as narrow as it is: `Literal["open", "paid"]`.
Let one agent without tools read untrusted text, and hand on what is typed; or put `approval=` on the
tools.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agentgraph.check.bodies import bodies_of, called_tool, tool_bodies_of
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.labels import everyone
from agentgraph.check.meetings import how_it_came
from agentgraph.check.sinks import Sink, sink_of
from agentgraph.check.untrusted import authors_of, is_free_text, is_modelled, untrusted_mark
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec, Read
from agentgraph.model.source import Source
from agentgraph.model.tool import ToolSpec
from agentgraph.read.facts import Argument, Call, FunctionFacts
from agentgraph.read.following import DEPTH, helper_of
from agentgraph.read.function import read_function

CODE = "AG606"
SEVERITY = "warning"

Lines = tuple[str, ...]
Given = Mapping[str, Lines]
"""Parameters that hold any text, dotted, and lines that say whose."""


def find(flow: Flow) -> Iterator[Fault]:
    yield from _instructions(flow)
    told: set[Source] = set()
    for name, owner, tools, facts, given in _starts(flow):
        for call, sink, why in _obeyed(facts, given, tools):
            if call.source not in told:
                told.add(call.source)
                yield Fault(
                    message=f"{name}: text of another's making becomes {sink.what}, in {call.written}",
                    at=name,
                    source=call.source,
                    owner=owner,
                    reasons=why,
                    help="hand it over as a value of its own, or narrow the parameter's type",
                )


def _instructions(flow: Flow) -> Iterator[Fault]:
    for agent in (one for top in flow.agents.values() for one in everyone(top)):
        acting = [tool.name for tool in agent.tools if _acts(tool)]
        if agent.prompt is None or not acting:
            continue
        for field in dict.fromkeys(_shown(agent, agent.prompt.variables)):
            mark = untrusted_mark(flow, agent, field)
            if mark is not None:
                yield Fault(
                    message=f"untrusted {field} stands in the prompt of {agent.name}, which can call {', '.join(acting)}",
                    at=f"{agent.name}.{field}",
                    source=agent.source,
                    owner=agent.owner,
                    reasons=how_it_came(mark),
                    because=frozenset({("trifecta", agent.name)}),
                    help="let an agent without tools read it and hand on what is typed, or put approval= on the tools",
                )


def _acts(tool: ToolSpec) -> bool:
    """Whether a call of it does something that nobody was asked about."""
    return tool.approval is None and (not tool.read_only or tool.open_world)


def _shown(agent: AgentSpec, variables: tuple[str, ...]) -> Iterator[str]:
    yield from (read.field for read in agent.reads if read.parameter in variables)


def _starts(
    flow: Flow,
) -> Iterator[tuple[str, str | None, tuple[ToolSpec, ...], FunctionFacts, Given]]:
    """Functions with parameters that hold text of another's making: agents' bodies, tools of models."""
    for body in bodies_of(flow):
        given = dict(_given(flow, body.agent))
        yield body.agent.name, body.agent.owner, body.tools, body.facts, given
    for tool in tool_bodies_of(flow):
        model = next((one for one in tool.agents if is_modelled(one)), None)
        if model is not None:
            why = (f"a model gives it: {model.name}{in_brackets(model.source)}",)
            given = {
                one.name: why for one in tool.facts.parameters if _is_text(tool.tool, one.name)
            }
            yield tool.tool.name, tool.tool.owner, (), tool.facts, given


def _given(flow: Flow, agent: AgentSpec) -> Iterator[tuple[str, Lines]]:
    for read in agent.reads:
        name = f"{read.parameter}.{read.attribute}" if read.attribute else read.parameter
        for path in _texts(read):
            why = authors_of(flow, agent, read.field, path)
            if why:
                yield ".".join((name, *path)), why


def _texts(read: Read) -> Iterator[tuple[str, ...]]:
    """The places in what is read that hold any text: the whole, or properties of it."""
    schema = read.contract.accepted
    if is_free_text(schema):
        yield ()
    properties = schema.get("properties") if isinstance(schema, dict) else None
    for name in properties or ():
        if is_free_text(schema, (name,)):
            yield (name,)


def _is_text(tool: ToolSpec, parameter: str) -> bool:
    return is_free_text(tool.arguments.accepted, (parameter,))


def _obeyed(
    facts: FunctionFacts, given: Given, tools: tuple[ToolSpec, ...], depth: int = 0
) -> Iterator[tuple[Call, Sink, Lines]]:
    """The calls that make such text into something that is obeyed, in helpers and tools too."""
    loose = {name: why for name, why in given.items() if name.partition(".")[0] not in facts.tested}
    for call in facts.calls if loose else ():
        sink = sink_of(call)
        why = (
            next((loose[one] for one in sorted(sink.parameters) if one in loose), None)
            if sink
            else None
        )
        if sink is not None and why is not None:
            yield call, sink, why
        elif depth < DEPTH:
            yield from _handed_on(call, loose, tools, depth)


def _handed_on(
    call: Call, given: Given, tools: tuple[ToolSpec, ...], depth: int
) -> Iterator[tuple[Call, Sink, Lines]]:
    if not any(_whose(one, given) for one in call.arguments):
        return
    tool = called_tool(call, tools)
    called = helper_of(call)
    if tool is not None:
        called = read_function(tool.source) if tool.source is not None else None
    if called is None:
        return
    spec = tool.spec if tool is not None else None
    inner = {}
    for name, argument in _parameters(call, called, spec is not None):
        why = _whose(argument, given)
        if why is not None and (spec is None or _is_text(spec, name)):
            inner[name] = why
    yield from _obeyed(called, inner, tools, depth + 1)


def _whose(argument: Argument, given: Given) -> Lines | None:
    """Whose text an argument is, wholly or in part."""
    found = [one for piece in argument.pieces for one in sorted(piece.parameters) if one in given]
    return given[found[0]] if found else None


def _parameters(call: Call, called: FunctionFacts, is_tool: bool) -> Iterator[tuple[str, Argument]]:
    names = [one.name for one in called.parameters]
    if is_tool and called.parameters and called.parameters[0].annotation.endswith(".Context"):
        names = names[1:]  # callers do not see it
    for argument in call.arguments:
        if argument.keyword is not None:
            yield argument.keyword, argument
        elif argument.position is not None and argument.position < len(names):
            yield names[argument.position], argument
