"""What a name means where it stands: by imports, aliases and definitions, where that is certain."""

from __future__ import annotations

import ast
import builtins

from msgspec import Struct

from agentgraph.read.bindings import Binding, Bindings, Scope, bindings_of, has_star_import
from agentgraph.read.facts import Root
from agentgraph.read.files import Function, SourceFile

_DEEPEST = 6
"""Aliases of aliases are followed this far."""
_KNOWN = frozenset(dir(builtins))


class Meaning(Struct, frozen=True):
    """What an expression names. `dotted` as in `Call.name`, of a parameter with its own name first.

    `function` is its definition, where that stands in the same file.
    """

    root: Root
    dotted: str = ""
    function: ast.FunctionDef | ast.AsyncFunctionDef | None = None


UNKNOWN = Meaning("unknown")


class Names:
    """The names that one function can see."""

    def __init__(self, file: SourceFile, function: Function | None) -> None:
        self.own: Bindings = bindings_of(function) if function is not None else {}
        inner = (function, *reversed(file.around(function))) if function is not None else ()
        self._scopes: tuple[Scope, ...] = (*inner, file.tree)
        self._file = file

    def meaning(self, node: ast.expr, depth: int = 0) -> Meaning:
        """What an expression names; UNKNOWN where that is not certain."""
        if depth > _DEEPEST:
            return UNKNOWN
        match node:
            case ast.Name(id=name):
                return self._of_name(name, depth)
            case ast.Attribute(value=value, attr=attribute):
                return _extended(self.meaning(value, depth), f".{attribute}")
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
                base = self.meaning(value, depth)
                return _extended(base, f".{key}") if base.root == "parameter" else UNKNOWN
            case ast.Call(func=callee):
                base = self.meaning(callee, depth)
                made = base.root == "global" and base.function is None
                return _extended(base, "()") if made else UNKNOWN
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return self.meaning(value, depth)
            case _:
                return UNKNOWN

    def value_of(self, name: str) -> list[Binding]:
        """How the function itself makes a local: one "value", then what was "added"; else nothing."""
        found = self.own.get(name, [])
        kinds = [binding.kind for binding in found]
        certain = kinds[:1] in (["value"], ["entered"]) and set(kinds[1:]) <= {"added"}
        return found if certain else []

    def _of_name(self, name: str, depth: int) -> Meaning:
        for number, scope in enumerate(self._scopes):
            found = bindings_of(scope).get(name)
            if found is not None:
                return self._bound(name, found, number, depth)
        if name in _KNOWN and not any(has_star_import(scope) for scope in self._scopes):
            return Meaning("global", f"builtins.{name}")
        return UNKNOWN

    def _bound(self, name: str, found: list[Binding], number: int, depth: int) -> Meaning:
        binding = _only(found)
        if binding is None:
            return UNKNOWN
        if binding.kind == "parameter":
            return Meaning("parameter", name) if number == 0 else UNKNOWN
        if binding.kind == "import":
            return Meaning("global", binding.dotted)
        if isinstance(binding.node, ast.FunctionDef | ast.AsyncFunctionDef):
            root: Root = "global" if self._scopes[number] is self._file.tree else "local"
            return Meaning(root, "", binding.node)
        if binding.kind in ("value", "entered") and isinstance(binding.node, ast.expr):
            outer = self._seen_from(number)
            meaning = outer.meaning(binding.node, depth + 1)
            return meaning if number == 0 or meaning.root == "global" else UNKNOWN
        return UNKNOWN

    def _seen_from(self, number: int) -> Names:
        if number == 0:
            return self
        scope = self._scopes[number]
        return Names(self._file, None if isinstance(scope, ast.Module) else scope)


def _only(found: list[Binding]) -> Binding | None:
    """The one binding; of an import that may fail (`except ImportError: x = None`), the import."""
    real = [one for one in found if not _is_none(one)] if len(found) > 1 else found
    alike = {(one.kind, one.dotted) for one in real} if real and real[0].kind == "import" else ()
    return real[0] if len(real) == 1 or len(alike) == 1 else None


def _is_none(binding: Binding) -> bool:
    return isinstance(binding.node, ast.Constant) and binding.node.value is None


def _extended(base: Meaning, more: str) -> Meaning:
    if base.function is not None or base.root not in ("global", "parameter"):
        return UNKNOWN
    return Meaning(base.root, base.dotted + more)
