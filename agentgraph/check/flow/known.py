"""What is known to be in the state when an agent starts, and who wrote it: for people to read."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from agentgraph.adopt.adopted import Adopted
from agentgraph.adopt.annotations import annotation_text
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.states import ALL
from agentgraph.contracts.describe import describe
from agentgraph.model.source import Source


class KnownValue(Struct, frozen=True):
    """One thing that a field can be: `kind` as of its definition ("input", "write", ...).

    Of a plain LangGraph graph also "offered": the input has it if the caller gives it; and "kept": as an
    earlier turn has left it. `writer` is the node that wrote it, None for input, defaults and absence; `contract` a
    short text of its type; `where` what has been found out about it on the way, in words.
    """

    kind: str
    writer: str | None
    contract: str
    where: tuple[str, ...] = ()
    source: Source | None = None


class KnownField(Struct, frozen=True):
    """A field, and all that it can be."""

    name: str
    values: tuple[KnownValue, ...]

    @property
    def may_be_absent(self) -> bool:
        return any(value.kind in ("absent", "offered") for value in self.values)


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
    if flow.adopted is not None:
        found = [_as_adopted(field, flow.adopted) for field in found]
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


def _as_adopted(field: KnownField, adopted: Adopted) -> KnownField:
    """With the types that are declared, which LangGraph does not hold anybody to; and what callers may leave out."""
    schemas = [one.takes for one in adopted.nodes.values()]
    schemas += [adopted.output, adopted.input, adopted.state]
    types = {name: hint for schema in schemas for name, hint in schema.types.items()}
    text = annotation_text(types[field.name]) if field.name in types else ""
    values = (replace(value, contract=text) for value in field.values)
    found = dict.fromkeys(one for value in values for one in _begun(field.name, value, adopted))
    return KnownField(field.name, tuple(found))


def _begun(name: str, value: KnownValue, adopted: Adopted) -> Iterator[KnownValue]:
    if value.kind != "input":
        yield value
        return
    schema = adopted.input
    value = replace(value, source=schema.lines.get(name, value.source))
    is_sure = schema.kind == "object" and name in schema.required  # it cannot be made without
    yield replace(value, kind="input" if is_sure else "offered")
    if name in schema.defaults and schema.kind == "object":
        yield replace(value, kind="default")
    if adopted.remembers:
        yield replace(value, kind="kept")


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
