"""What models cost by the list of genai-prices: where settings say `prices = "list"`."""

from __future__ import annotations

from agentgraph.errors import Problem, SettingsError

_CALLS = (1_000, 1_000_000)
"""Tokens of the calls that are priced: of a model that is dearer for long ones, one of each."""


def listed_prices(where: str, provider: str | None, model: str) -> tuple[float, float] | None:
    """US dollars per million tokens, of input and of output; None: the list does not know the model.

    Of prices that depend on how long a call is, the dearest: a budget that holds with it holds. The
    list is the one that came with the installed genai-prices; nothing is fetched. SettingsError: it
    is not installed.
    """
    try:
        from genai_prices import Usage, calc_price  # loads every price there is
    except ModuleNotFoundError:
        help_ = 'pip install "typed-agentgraph[prices]", or prices = { input = 0.25, output = 2 }'
        problem = Problem("the list is not installed", where, help=help_)
        raise SettingsError([problem]) from None

    def dearest(kind: str) -> float:
        """Of the two calls."""
        found = (
            (calc_price(Usage(**{kind: tokens}), model, provider_id=provider).total_price, tokens)
            for tokens in _CALLS
        )
        return max(float(price) / tokens * 1_000_000 for price, tokens in found)

    try:
        return dearest("input_tokens"), dearest("output_tokens")
    except (LookupError, ValueError):
        return None
