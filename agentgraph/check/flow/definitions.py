"""Where a value in the state can come from, and what is known of it since.

A *definition* is one place that gives a field its value: the input, a default, a write of an
agent; or the absence of any. An *item* is a definition with the atoms that held of it since
it was written. A fact is a set of items, as bits of an int, for all fields together.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from agentgraph.check.flow.atoms import Atom
from agentgraph.model.agent import Write
from agentgraph.model.contract import Contract, Schema
from agentgraph.model.source import Source

Kind = Literal[
    "absent", "assumed", "input", "default", "write", "reduced", "collected", "empty", "element"
]


class Event(Struct, frozen=True, eq=False):
    """One moment of writing, as a schema for the object of the fields that it writes."""

    number: int
    schema: Schema


class Definition(Struct, frozen=True, eq=False):
    """One place that gives `field` its value.

    "reduced": combined by the field's reducer; "collected": the results of a Map, "empty":
    its list before any; "element": what a Map hands each run; "assumed": what a reader
    that was reported already is taken to have got. `node` wrote it, None for input,
    defaults and absence.
    """

    number: int
    field: str
    kind: Kind
    contract: Contract | None = None
    node: str | None = None
    write: Write | None = None
    event: Event | None = None
    source: Source | None = None


class Item(Struct, frozen=True, eq=False):
    """A definition, and the atoms that held of its value since, in order of their numbers."""

    number: int
    definition: Definition
    atoms: tuple[Atom, ...] = ()


class Items:
    """All items of one graph, interned; and the bits of each field and definition."""

    MOST_ATOMS = 4
    """More conditions on one value are not told apart."""

    def __init__(self) -> None:
        self.all: list[Item] = []
        self.of_field: dict[str, int] = {}
        self.several = 0
        """Items whose definition has more than one."""
        self._of_definition: dict[int, int] = {}
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        self._count = 0

    def define(
        self,
        field: str,
        kind: Kind,
        contract: Contract | None = None,
        *,
        node: str | None = None,
        write: Write | None = None,
        event: Event | None = None,
        source: Source | None = None,
    ) -> int:
        """The item of a new definition, of which nothing else is known."""
        self._count += 1
        return self._item(
            Definition(self._count, field, kind, contract, node, write, event, source), ()
        )

    def narrowed(self, number: int, atom: Atom) -> int:
        """The item, with one more thing known of it."""
        item = self.all[number]
        if atom in item.atoms or len(item.atoms) >= self.MOST_ATOMS:
            return number
        atoms = tuple(sorted((*item.atoms, atom), key=lambda known: known.number))
        return self._item(item.definition, atoms)

    def alike(self, number: int) -> int:
        """Every item of the same definition, as bits."""
        return self._of_definition[self.all[number].definition.number]

    def _item(self, definition: Definition, atoms: tuple[Atom, ...]) -> int:
        key = (definition.number, tuple(atom.number for atom in atoms))
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.all)
            self.all.append(Item(number, definition, atoms))
            bit = 1 << number
            self.of_field[definition.field] = self.of_field.get(definition.field, 0) | bit
            alike = self._of_definition.get(definition.number, 0) | bit
            self._of_definition[definition.number] = alike
            if alike != bit:
                self.several |= alike
        return number
