"""Random functions that take a state, as text, and states that tell what was taken of them."""

from __future__ import annotations

import random
from typing import Any

KEYS = [f"k{number}" for number in range(6)]
HEAD = """
from langgraph.types import Command

def helper(state, other=0):
    if other:
        return {"k0": state["k1"]}
    return {"k2": state.get("k3")}

def asked(given):
    return given["k4"]
"""


class Watched(dict[str, Any]):
    """A state that notes each key that somebody takes, and each that is only asked for."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.taken: set[str] = set()
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.taken.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)


def function(rng: random.Random, name: str) -> str:
    """The text of one function. A local that stands for a part of the state is bound once: else nobody says what it is."""
    lines = [f"def {name}(state):", "    x, out = 0, {}"]
    lines += _block(rng, 1, 3)
    if rng.random() < 0.8:
        lines.append(f"    {_return(rng)}")
    return "\n".join(lines)


def _block(rng: random.Random, depth: int, most: int) -> list[str]:
    lines: list[str] = []
    for _ in range(rng.randint(1, most)):
        lines += _statement(rng, depth)
    return lines


def _statement(rng: random.Random, depth: int) -> list[str]:
    indent, key = "    " * depth, rng.choice(KEYS)
    if depth < 3 and rng.random() < 0.4:
        return _compound(rng, depth, key)
    if depth > 1 and rng.random() < 0.3:
        return [indent + _return(rng)]
    return [indent + rng.choice(_simple(rng, key))]


def _simple(rng: random.Random, key: str) -> list[str]:
    other, found = rng.choice(KEYS), f"found{rng.randrange(10**6)}"
    return [
        f"x = {_value(rng)}",
        f"out[{key!r}] = {_value(rng)}",
        f"out.update({{{key!r}: {_value(rng)}}})",
        f"out.update({key}={_value(rng)})",
        f"out.setdefault({key!r}, {_value(rng)})",
        f"out = {{{key!r}: {_value(rng)}, {other!r}: 1}}",
        f"out = {{**out, {key!r}: 1}}",
        f"state[{key!r}] = {_value(rng)}",
        f"state.get({key!r}, []).append(1)",
        f"state[{key!r}].append(2)",
        f"{found} = state[{key!r}]; {found}.append(3)",
        f"{found} = state.get({key!r}, []); {found}.append(3)",
        f"x = [one for one in state[{key!r}] if one != state.get({other!r})]",
        f"out |= {{{key!r}: 0}}",
        f"out.pop({key!r}, None)",
        f"same = state; x = same[{key!r}]",
    ]


def _value(rng: random.Random) -> str:
    key, other = rng.choice(KEYS), rng.choice(KEYS)
    return rng.choice(
        [
            f"state[{key!r}]",
            f"state.get({key!r})",
            f"state.get({key!r}, 0)",
            "x",
            "[1]",
            f"(state[{key!r}] if state.get({other!r}) else 0)",
            f"(state.get({key!r}) or state[{other!r}])",
            "helper(state)",
            "helper(state, other=1)",
            "asked(state)",
            f"(lambda: state[{key!r}])()",
        ]
    )


def _compound(rng: random.Random, depth: int, key: str) -> list[str]:
    indent = "    " * depth
    inner = _block(rng, depth + 1, 2)
    match rng.randrange(6):
        case 0:
            return [f"{indent}if state.get({key!r}):", *inner]
        case 1:
            return [
                f"{indent}if {key!r} in state:",
                *inner,
                f"{indent}else:",
                *_block(rng, depth + 1, 2),
            ]
        case 2:
            return [f"{indent}for one in list(state.get({key!r}) or []):", *inner]
        case 3:
            return [f"{indent}try:", *inner, f"{indent}except KeyError:", f"{indent}    x = 1"]
        case 4:
            return [
                f"{indent}match state.get({key!r}):",
                f"{indent}    case 1:",
                *("    " + line for line in inner),
                f"{indent}    case _:",
                f"{indent}        x = 2",
            ]
        case _:
            return [f"{indent}while state[{key!r}]:", *inner, f"{indent}    break"]


def _return(rng: random.Random) -> str:
    key = rng.choice(KEYS)
    return "return " + rng.choice(
        [
            "out",
            "out",
            f"{{{key!r}: {_value(rng)}}}",
            f"{{{key!r}: {_value(rng)}, **out}}",
            f"{{**state, {key!r}: 1}}",
            "state",
            "None",
            f"dict({key}=x)",
            f"dict(out, {key}=x)",
            f"out | {{{key!r}: 1}}",
            "helper(state)",
            "out if x else None",
            f"Command(update={{{key!r}: x}}, goto='n1')",
            f"Command(goto='n2' if state.get({key!r}) else ['n1', 'n3'], update=out)",
        ]
    )
