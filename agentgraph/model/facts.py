"""What is known of a model before it is asked: the checker's side of `[tool.agentgraph.models]`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """One role of the models table; None: the table does not say.

    `clears` are the labels of data that the model may see. `context` is its window in tokens,
    `p95` the seconds that 95 of 100 answers stay below; prices are per million tokens, in the
    project's own currency.
    """

    role: str
    provider: str | None = None
    clears: tuple[str, ...] | None = None
    context: int | None = None
    p95: float | None = None
    input_price: float | None = None
    output_price: float | None = None
