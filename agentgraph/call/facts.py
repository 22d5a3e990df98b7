"""What `[tool.agentgraph.models]` says of each model, beside how it is made: for the checker and for budgets."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from agentgraph.call.models import DESCRIPTIONS, TABLE, models_table
from agentgraph.call.price_list import listed_prices
from agentgraph.errors import Problem, SettingsError
from agentgraph.model.facts import ModelFacts

_PRICES = ("input", "output")
_LIST = "list"


def load_facts(folder: str | os.PathLike[str] | None = None) -> dict[str, ModelFacts]:
    """What the nearest pyproject.toml says of its models, from `folder` (None: here) upwards.

    {} where none does. SettingsError: all that is wrong.
    """
    return read_facts(models_table(folder))


def read_facts(settings: Any) -> dict[str, ModelFacts]:
    """What a models table says, by role; no model is made. SettingsError: all that is wrong.

    `provider` is a name (of `"openai:gpt-5-mini"` it is "openai"), `clears` a list of labels,
    `context` the window in tokens, `p95` seconds, and `prices = { input = 0.25, output = 2 }` are
    per million tokens; `prices = "list"` are those of genai-prices.
    """
    if not isinstance(settings, Mapping):
        message = f"it is {type(settings).__name__}, not a table of roles"
        raise SettingsError([Problem(message, where=TABLE)])
    problems = [
        problem
        for role, table in settings.items()
        for problem in _problems(f"{TABLE}.{role}", table)
    ]
    if problems:
        raise SettingsError(problems, "what is said of the models does not hold")
    return {role: _facts(role, table) for role, table in settings.items()}


def _prices(role: str, table: Mapping[str, Any]) -> tuple[float | None, float | None]:
    prices = table.get("prices", {})
    if prices != _LIST:
        return prices.get("input"), prices.get("output")
    where = f"{TABLE}.{role}.prices"
    return listed_prices(where, table.get("provider"), table["model"]) or (None, None)


def _facts(role: str, table: Any) -> ModelFacts:
    if isinstance(table, str):
        return ModelFacts(role=role, provider=table.partition(":")[0] or None)
    clears, (given, answered) = table.get("clears"), _prices(role, table)
    return ModelFacts(
        role=role,
        provider=table.get("provider"),
        clears=None if clears is None else tuple(sorted(set(clears))),
        context=table.get("context"),
        p95=table.get("p95"),
        input_price=given,
        output_price=answered,
    )


def _problems(where: str, table: Any) -> Iterator[Problem]:
    if isinstance(table, str):
        return
    if not isinstance(table, Mapping):
        yield Problem("must be a text or a table", where)
        return
    clears, context, p95 = (table.get(key) for key in ("clears", "context", "p95"))
    if not isinstance(table.get("provider", ""), str):
        yield Problem("must be a text", f"{where}.provider", help='provider = "openai"')
    if clears is not None and not _are_labels(clears):
        yield Problem("must be a list of labels", f"{where}.clears", help='clears = ["pii"]')
    if context is not None and not (_is_amount(context, least=1) and isinstance(context, int)):
        yield Problem("must be a number of tokens", f"{where}.context", help="context = 128000")
    if p95 is not None and not _is_amount(p95):
        yield Problem("must be seconds", f"{where}.p95", help="p95 = 2.5")
    yield from _price_problems(where, table)
    yield from _slips(where, table)


def _price_problems(where: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    prices, example = table.get("prices", {}), "prices = { input = 0.25, output = 2 }"
    if prices == _LIST:
        if not isinstance(table.get("model"), str):
            yield Problem("the list is of models by name", f"{where}.model", help='model = "..."')
        return
    if not isinstance(prices, Mapping):
        message = 'must be a table, per million tokens, or "list"'
        yield Problem(message, f"{where}.prices", help=example)
        return
    for key, price in prices.items():
        if key not in _PRICES:
            yield Problem(f"there is no price {key!r}", f"{where}.prices", help=example)
        elif not _is_amount(price):
            message = "must be what a million tokens cost"
            yield Problem(message, f"{where}.prices.{key}", help=example)


def _slips(where: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys so like one of ours that the model's class cannot be meant."""
    ours = sorted(DESCRIPTIONS)
    for key in table:
        close = difflib.get_close_matches(key, ours, 1, cutoff=0.9)
        if key not in DESCRIPTIONS and close:
            yield Problem("no such setting", f"{where}.{key}", help=f"did you mean {close[0]!r}?")


def _are_labels(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def _is_amount(value: Any, *, least: float = 0) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and isfinite(value) and value >= least
