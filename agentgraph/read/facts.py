"""What is known of a function from its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from agentgraph.model.source import Source

Root = Literal["global", "parameter", "local", "unknown"]
"""What the first name of a dotted one is bound by; "global": the module, an import or Python itself."""


class Parameter(Struct, frozen=True, kw_only=True, eq=False):
    """One parameter; `annotation` is the dotted name of its type without what stands in brackets."""

    name: str
    annotation: str = ""


class Piece(Struct, frozen=True, kw_only=True):
    """A part of a text: its letters as written, or where it comes from.

    `parameters` are dotted: "order.id" for `order.id` and `order["id"]`. `calls` are numbers of
    calls whose result it is. A piece of which nothing is known has neither, and `text` None.
    """

    text: str | None = None
    parameters: frozenset[str] = frozenset()
    calls: frozenset[int] = frozenset()


class Argument(Struct, frozen=True, kw_only=True, eq=False):
    """One argument of a call: at `position` from 0, or named `keyword`.

    `pieces` is what it is put together of, where it is a text. `parameters` and `calls` are all
    that stand anywhere within it, as they are. `constant` is its value where it `is_constant`,
    `is_list` tells a list or tuple that is written out.
    """

    position: int | None = None
    keyword: str | None = None
    pieces: tuple[Piece, ...] = ()
    parameters: frozenset[str] = frozenset()
    calls: frozenset[int] = frozenset()
    constant: object = None
    is_constant: bool = False
    is_list: bool = False


class Handler(Struct, frozen=True, kw_only=True, eq=False):
    """One `except` (or `contextlib.suppress`): the dotted names of what it catches.

    `again`: whether it raises what it caught: "never", "always", "may". `hands_on`: it gives the
    exception to some function, which may raise it. A bare `except` catches "BaseException"; ""
    stands for what is not known.
    """

    types: tuple[str, ...]
    source: Source
    again: Literal["never", "may", "always"] = "never"
    hands_on: bool = False


class Guard(Struct, frozen=True, kw_only=True, eq=False):
    """A `try` around a call: its handlers in order, and the place of a `return` in its `finally`."""

    handlers: tuple[Handler, ...]
    leaves: Source | None = None


class Call(Struct, frozen=True, kw_only=True, eq=False):
    """One call that a function makes.

    `written` is the callee as it stands there, dotted ("" for what is neither name nor call); `name` what
    it means by the module's imports and aliases, such as "datetime.datetime.now"; a call within
    stands as "()": "requests.Session().get". `name` is "" where that is not known. A look into a
    mapping is a call of its `__getitem__`. `target` is the `def` in the same file that is called.
    `handed_to` are the callees that were given the lambda in which it stands, outermost first.
    `after` are the numbers of calls that may come before it in the same run, as bits.
    `guards` stand around it, outermost first.
    """

    number: int
    written: str
    name: str
    root: Root
    source: Source
    target: Source | None = None
    is_tool: bool = False
    is_awaited: bool = False
    handed_to: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    arguments: tuple[Argument, ...] = ()
    after: int = 0

    def may_follow(self, other: Call) -> bool:
        """Whether `other` may have been made before this one, in the same run of the function."""
        return bool(self.after >> other.number & 1)

    def argument(self, position: int | None, *keywords: str) -> Argument | None:
        """The argument at a position or of one of these names; None where it is left out."""
        for one in self.arguments:
            if (position is not None and one.position == position) or one.keyword in keywords:
                return one
        return None


class Text(Struct, frozen=True, kw_only=True, eq=False):
    """A string constant."""

    value: str
    source: Source


class FunctionFacts(Struct, frozen=True, kw_only=True, eq=False):
    """One function, as its text tells.

    `calls` are in order of their numbers. `tested` are the parameters that a condition looks at,
    beyond whether they are there. `decorators` are dotted names.
    """

    name: str
    source: Source
    is_async: bool
    parameters: tuple[Parameter, ...]
    decorators: tuple[str, ...]
    calls: tuple[Call, ...]
    tested: frozenset[str]

    def before(self, call: Call) -> Iterator[Call]:
        """The calls that may come before one, in order of their numbers."""
        return (other for other in self.calls if call.may_follow(other))
