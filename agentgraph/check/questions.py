"""What the analysis asks of contracts, each question once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from agentgraph.check.flow.atoms import Atom
from agentgraph.check.flow.definitions import Definition, Item
from agentgraph.check.flow.schemas import embedded, object_of
from agentgraph.contracts.guards import admits_nothing, empty, narrow, overlap
from agentgraph.contracts.relation import Verdict, compare
from agentgraph.contracts.texts import Texts
from agentgraph.contracts.validate import Validator, validator
from agentgraph.errors import SchemaError
from agentgraph.model.contract import ANYTHING, Contract, Json, Schema, digest

Presence = Literal["always", "maybe", "never"]


class Answer(Struct, frozen=True, eq=False):
    """A verdict on the value of `field`.

    Where `whole`, it is about the object of the fields that were written together, and so
    are its paths and its witness; else about the value alone.
    """

    verdict: Verdict | None
    field: str
    whole: bool

    @property
    def status(self) -> str:
        """As the verdict's; "undecided" where nothing is known of the value."""
        return self.verdict.status if self.verdict else "undecided"

    @property
    def why_undecided(self) -> str:
        return str(self.verdict.why_undecided) if self.verdict else "its contract is not known"

    @property
    def has_witness(self) -> bool:
        return self.verdict is not None and self.verdict.has_witness

    @property
    def witness(self) -> Json:
        """An object of state fields that shows the fault; None where there is none."""
        if self.verdict is None or not self.verdict.has_witness:
            return None
        return self.verdict.witness if self.whole else {self.field: self.verdict.witness}

    @property
    def reasons(self) -> tuple[str, ...]:
        """One line per place where the value fails, by its path in the state."""
        return tuple(
            f"{reason.path if self.whole else self._in_state(reason.path)}: {reason.sentence}"
            for reason in (self.verdict.reasons if self.verdict else ())
        )

    def _in_state(self, path: str) -> str:
        return f"$.{self.field}{path.removeprefix('$')}"


class Questions:
    """The answers so far. Contracts are told apart by content."""

    def __init__(self) -> None:
        self._answers: dict[tuple[object, ...], Answer] = {}
        # What is produced and what is accepted, as numbers: rules ask the same again and again.
        self._fits: dict[tuple[int, int], Answer] = {}
        self._produced: dict[Item, int] = {}
        self._accepted: dict[int, tuple[int, Contract]] = {}
        self._sides: dict[tuple[object, ...], int] = {}
        self._possible: dict[tuple[object, ...], bool] = {}
        self._presence: dict[tuple[object, ...], Presence] = {}
        self._texts = Texts()
        self._numbers: dict[str, int] = {}
        # By identity first, for a text costs more than the question. The schema is kept
        # with its number: an id is only good as long as what it was taken of.
        self._by_id: dict[int, tuple[int, Schema]] = {}
        self._validators: dict[int, tuple[Validator, Schema]] = {}

    @property
    def asked(self) -> int:
        """How many questions were put to contracts so far."""
        answers = len(self._fits) + len(self._answers)
        return answers + len(self._possible) + len(self._presence)

    def holds(self, schema: Schema, value: Json) -> bool:
        """Whether the value is in the schema."""
        known = self._validators.get(id(schema))
        if known is None:
            known = self._validators[id(schema)] = (validator(schema), schema)
        return known[0].is_valid(value)

    def disjoint(self, one: Schema, other: Schema) -> bool:
        """Whether it is proved that no object of fields is in both."""
        return overlap(one, other, within={"type": "object"}).overlaps == "no"

    def fits(self, item: Item, accepted: Contract) -> Answer:
        """Whether every value that the item can be is accepted."""
        key = (self._produced_by(item), self._accepted_by(accepted))
        if key not in self._fits:
            self._fits[key] = self._compared(item, accepted)
        return self._fits[key]

    def produced_within(self, produced: Contract, wider: Contract, field: str) -> str:
        """Whether what one type produces is among what another produces, as a verdict's status."""
        key = ("within", self._number(produced.produced), self._number(wider.produced), field)
        if key not in self._answers:
            verdict = compare(produced.produced, wider.produced, text_of=self._texts)
            self._answers[key] = Answer(verdict, field, whole=False)
        return self._answers[key].status

    def admits_nothing(self, schema: Schema) -> bool:
        """Whether it is proved that no value is in the schema."""
        key = ("empty", self._number(schema))
        if key not in self._possible:
            self._possible[key] = not admits_nothing(schema)
        return not self._possible[key]

    def possible(self, item: Item) -> bool:
        """Whether the item can be anything at all; True in doubt."""
        key = self._key(item.definition, item.atoms)
        if key not in self._possible:
            self._possible[key] = self._can_be(item)
        return self._possible[key]

    def _can_be(self, item: Item) -> bool:
        definition = item.definition
        few = next((atom.values for atom in item.atoms if atom.values is not None), None)
        if few is None or definition.event is not None:
            return empty(self._narrowed(definition, item.atoms)).empty != "yes"
        produced = (definition.contract or ANYTHING).produced
        return any(
            self.holds(produced, value)
            and all(self.holds(atom.schema, {definition.field: value}) for atom in item.atoms)
            for value in few.values()
        )

    def presence(self, definition: Definition, atom: Atom) -> Presence:
        """Whether the definition's field is written where the atom holds of a field written with it."""
        key = (*self._key(definition, (atom,)), definition.field)
        if key not in self._presence:
            schema = self._narrowed(definition, (atom,))
            there: Schema = {"required": [definition.field]}
            if overlap(schema, there).overlaps == "no":
                self._presence[key] = "never"
            else:
                left_alone = overlap(schema, {"not": there}).overlaps
                self._presence[key] = "always" if left_alone == "no" else "maybe"
        return self._presence[key]

    def schema_of(self, items: Sequence[Item]) -> Schema:
        """The object of these items' fields, one item per field, as far as each is known."""
        definitions = {item.definition.event for item in items}
        if len(items) == 1 and items[0].definition.kind != "absent":
            return self._narrowed(items[0].definition, items[0].atoms)
        # What an agent may leave alone can be there from an earlier run of it.
        sure = all(not d.write or d.write.always for d in (item.definition for item in items))
        event = next(iter(definitions)) if len(definitions) == 1 and sure else None
        schemas: list[Schema] = [event.schema] if event is not None else []
        for item in items:
            field = item.definition.field
            if item.definition.kind == "absent":
                schemas.append({"not": {"required": [field]}})
                continue
            produced = (item.definition.contract or ANYTHING).produced
            schemas.append(object_of({field: produced}, (field,)))
            schemas += [atom.schema for atom in item.atoms if atom.field == field]
        whole: Schema = {"type": "object"}
        for schema in schemas:
            whole = narrow(whole, schema)
        return whole

    def _produced_by(self, item: Item) -> int:
        number = self._produced.get(item)
        if number is None:
            definition = item.definition
            contract = definition.contract
            side = (
                *self._key(definition, item.atoms),
                None if contract is None else self._number(contract.produced),
                definition.field,
            )
            number = self._produced[item] = self._sides.setdefault(side, len(self._sides))
        return number

    def _accepted_by(self, contract: Contract) -> int:
        known = self._accepted.get(id(contract))
        if known is None:
            side = (self._number(contract.accepted), contract.refines)
            number = self._sides.setdefault(side, len(self._sides))
            known = self._accepted[id(contract)] = (number, contract)
        return known[0]

    def _compared(self, item: Item, accepted: Contract) -> Answer:
        field, produced = item.definition.field, item.definition.contract
        if produced is None:
            return Answer(None, field, whole=False)
        if not item.atoms:
            verdict = compare(produced, accepted, text_of=self._texts)
            return Answer(verdict, field, whole=False)
        wanted = {"properties": {field: embedded(accepted.accepted)}}
        verdict = compare(self._narrowed(item.definition, item.atoms), wanted)
        return Answer(verdict, field, whole=True)

    def _narrowed(self, definition: Definition, atoms: tuple[Atom, ...]) -> Schema:
        schema = event_schema(definition)
        for atom in atoms:
            schema = narrow(schema, atom.schema)
        return schema

    def _key(self, definition: Definition, atoms: tuple[Atom, ...]) -> tuple[object, ...]:
        event = (
            definition.event.schema
            if definition.event
            else (definition.contract or ANYTHING).produced
        )
        field = None if definition.event else definition.field
        return (self._number(event), field, *(atom.number for atom in atoms))

    def _number(self, schema: Schema) -> int:
        known = self._by_id.get(id(schema))
        if known is None:
            try:
                text = self._texts(schema)
            except SchemaError:  # too much to be worked on: told apart all the same
                text = digest(schema)
            number = self._numbers.setdefault(text, len(self._numbers))
            known = self._by_id[id(schema)] = (number, schema)
        return known[0]


def event_schema(definition: Definition) -> Schema:
    """The object of fields that the definition writes: with its siblings, where they are of one union."""
    if definition.event:
        return definition.event.schema
    produced = (definition.contract or ANYTHING).produced
    return object_of({definition.field: produced}, (definition.field,))
