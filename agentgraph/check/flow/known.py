"""What is known to be in the state when an agent starts, and who wrote it: for people to read."""

from __future__ import annotations

from dataclasses import dataclass

from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.states import ALL
from agentgraph.contracts.describe import describe
from agentgraph.model.source import Source


@dataclass(frozen=True, slots=True)
class KnownValue:
    """One thing that a field can be: `kind` as of its definition ("input", "write", ...).

    `writer` is the node that wrote it, None for input, defaults and absence; `contract` a
    short text of its type; `where` what has been found out about it on the way, in words.
    """

    kind: str
    writer: str | None
    contract: str
    where: tuple[str, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field, and all that it can be."""

    name: str
    values: tuple[KnownValue, ...]

    @property
    def may_be_absent(self) -> bool:
        return any(value.kind == "absent" for value in self.values)


def known_at(flow: Flow, node: str) -> tuple[KnownField, ...]:
    """What the state holds when `node` starts, field by field; () where it is never reached.

    Of a node that a Map leads to: what each of its items is handed. KeyError: no such node.
    """
    fact = 0
    place = flow.web.plain[node]
    if place in flow.known.at:
        fact |= flow.known.at[place][ALL]
    for run in flow.web.runs:
        if run.node == node and run.spread is not None:
            fact |= flow.known.given.get(run.number, 0)
    fields = dict.fromkeys([*flow.effects.fields, *flow.items.of_field])
    found = [KnownField(name, _values(flow, fact, name)) for name in fields]
    return tuple(field for field in found if field.values)


def _values(flow: Flow, fact: int, name: str) -> tuple[KnownValue, ...]:
    found: dict[KnownValue, None] = {}
    for item in flow.items_of(fact, name):
        definition = item.definition
        contract = describe(definition.contract) if definition.contract else ""
        where = tuple(describe_atom(atom.schema, atom.field) for atom in item.atoms)
        value = KnownValue(definition.kind, definition.node, contract, where, definition.source)
        found[value] = None
    return tuple(found)


def describe_atom(schema: object, field: str) -> str:
    """A condition on a field, as a short text."""
    leaf = schema
    if isinstance(schema, dict) and set(schema) == {"properties", "required"}:
        leaf = schema["properties"].get(field, True)
        if isinstance(leaf, dict) and set(leaf) == {"not"}:
            return f"{field} is not {describe(leaf['not'])}"
    if isinstance(leaf, (dict, bool)):
        return f"{field} is {describe(leaf)}"
    return field
