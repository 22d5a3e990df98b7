"""What a step raised, as JSON, and raised again: the same class with the same state, or not recorded at all.

Nothing is imported and no code of the class runs when it is made again: it has to be known already.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from agentgraph.declare.json_values import json_value
from agentgraph.errors import DeclarationError, Problem, ProblemsError
from agentgraph.model.contract import Json


def told_error(error: Exception) -> Mapping[str, Json] | None:
    """The exception as JSON; None where it cannot be told so that the same comes back."""
    cls = type(error)
    state: dict[str, Any] = {
        name: value for name, value in vars(error).items() if name != "__notes__"
    }
    told: dict[str, Json] = {"type": f"{cls.__module__}:{cls.__qualname__}"}
    try:
        if isinstance(error, ProblemsError):
            told["problems"] = [asdict(problem) for problem in state.pop("problems")]
            told["args"] = []
        else:
            told["args"] = _faithful(list(error.args))
        told["state"] = _faithful(state)
        again = made_error(told)
    except (DeclarationError, TypeError, ValueError, AttributeError):
        return None
    return told if type(again) is cls and str(again) == str(error) else None


def made_error(told: Mapping[str, Json]) -> Exception | None:
    """The exception that `told_error` made JSON of; None where its class is not known (any more)."""
    cls = _known(told["type"])
    if cls is None:
        return None
    problems = tuple(Problem(**problem) for problem in told.get("problems", ()))
    arguments = [problems] if issubclass(cls, ProblemsError) else told["args"]
    # The innermost class that is Python's own makes it: an __init__ may want what is not there.
    base: Any = next(one for one in cls.__mro__ if one.__module__ == builtins.__name__)
    made: Exception = base.__new__(cls, *arguments)
    made.args = tuple(arguments)
    vars(made).update(told["state"])
    if issubclass(cls, ProblemsError):
        vars(made)["problems"] = problems
    return made


def _known(name: str) -> type[Exception] | None:
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    is_error = isinstance(found, type) and issubclass(found, Exception)
    return found if is_error and not issubclass(found, ExceptionGroup) else None


def _faithful(value: Any) -> Json:
    """The value, if JSON brings back the same. DeclarationError: it does not."""
    made = json_value(value)
    if made != value:
        raise DeclarationError([Problem("it is not the same as JSON")])
    return made
