"""What is known of a function that takes a state and hands back an update of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from agentgraph.model.source import Source

Shape = Literal["text", "number", "truth", "list", "mapping", "set", "none", "overwrite", "unknown"]
"""What kind of value an expression has for certain."""

How = Literal["must", "may", "guarded"]
"""must: in every run, and a missing key fails. may: in some. guarded: a missing key does no harm."""


class KeyRead(Struct, frozen=True, kw_only=True):
    """One place that takes a key of the state.

    `is_attribute`: as `state.key`. `helper` is the name of the function that takes it, where that
    is one which the node calls.
    """

    key: str
    source: Source
    how: How
    is_attribute: bool = False
    helper: str = ""


class KeyWrite(Struct, frozen=True, kw_only=True):
    """One key that an update has.

    `uses` are the keys of the state that its value is made of; `echoes`: it is the state's own
    value of that key, as it was or changed in place. `constant` is the value where `is_constant`.
    `from_model`: it is what a call of `invoke` gave; `counts`: a number added to something.
    `length` is that of a list written out; `may_be_empty`: it is a list that a condition fills.
    """

    key: str
    source: Source
    shape: Shape = "unknown"
    uses: frozenset[str] = frozenset()
    echoes: bool = False
    constant: object = None
    is_constant: bool = False
    length: int | None = None
    may_be_empty: bool = False
    from_model: bool = False
    counts: bool = False


class Target(Struct, frozen=True, kw_only=True):
    """Where a router or a command leads: the label or name that it says, where that `is_known`.

    Where it `sends`, a payload goes there: `payload` are its keys where they are known, `whole`
    says that it is the state as it is. `repeats`: once for each element of something.
    """

    label: object
    source: Source
    is_known: bool = True
    sends: bool = False
    payload: frozenset[str] | None = None
    whole: bool = False
    repeats: bool = False


class Outcome(Struct, frozen=True, kw_only=True):
    """What one `return` hands back, or the end of the function (`falls`).

    `kind` "mapping" is a dict, "state" the state as it was given, "object" an instance of a class
    (`made`, with the arguments `given`), "command" a `Command`, "nothing" None, "text" and "list" a value of
    that kind, "unknown" anything. `keys` are those it may have, `certain` those that it has,
    `open` where there may be others; `echoes`: those of the state are among them.
    `targets` are where it leads; `several` where more than one is named at once, `maybe_none` where
    perhaps nothing is. `to_parent`: the command is for the graph around. Where the function `falls` off
    its end, `asked` is the key that its last decision compares with constants, and those it has; `alike`:
    its conditions ask one thing, and may cover all that it can be.
    """

    kind: Literal[
        "mapping", "state", "object", "command", "nothing", "text", "list", "truth", "unknown"
    ]
    source: Source
    keys: tuple[KeyWrite, ...] = ()
    certain: frozenset[str] = frozenset()
    open: bool = False
    echoes: bool = False
    made: object = None
    given: frozenset[str] = frozenset()
    targets: tuple[Target, ...] = ()
    several: bool = False
    maybe_none: bool = False
    to_parent: bool = False
    falls: bool = False
    asked: tuple[str, frozenset[object]] | None = None
    alike: bool = False

    __hash__ = None  # type: ignore[assignment]


class Mutation(Struct, frozen=True, kw_only=True):
    """The state, or a value in it, is changed in place.

    `deep`: a value that the state holds, and not just which value a key has.
    """

    key: str
    source: Source
    deep: bool


class NodeBody(Struct, frozen=True, kw_only=True):
    """A function that takes a state, as its text tells.

    `reads_all`: it may take keys beyond those in `reads`. `leaks`: the state itself goes to code
    that cannot be seen, which may change it. `weighs`: it compares sizes, counts or calculates.
    """

    source: Source
    parameter: str
    reads: tuple[KeyRead, ...]
    reads_all: bool
    outcomes: tuple[Outcome, ...]
    mutations: tuple[Mutation, ...]
    leaks: bool = False
    is_async: bool = False
    weighs: bool = False

    __hash__ = None  # type: ignore[assignment]

    @property
    def is_closed(self) -> bool:
        """Whether all that it may write is known."""
        return all(not one.open and one.kind != "unknown" for one in self.outcomes)

    @property
    def is_closed_router(self) -> bool:
        """Whether all that it may say, as a router, is known."""
        return all(target.is_known for one in self.outcomes for target in one.targets)
