"""Where lines leave and enter boxes: straight where that is possible, never too close."""

from __future__ import annotations

from collections.abc import Sequence


def place_ports(wanted: Sequence[int], low: int, high: int, step: int) -> list[int]:
    """Places from `low` to `high`, at least `step` apart, as near to the wanted ones as can be.

    `wanted` is from left to right, the room wide enough (a smaller step is used if it is not).
    """
    if len(wanted) > 1:
        step = min(step, max(1, (high - low) // (len(wanted) - 1)))
    count = len(wanted)
    near = _spread([min(max(x, low), high) for x in wanted], step)
    return [
        min(max(x, low + at * step), high - (count - 1 - at) * step) for at, x in enumerate(near)
    ]


def _spread(wanted: Sequence[int], step: int) -> list[int]:
    """The least squares answer: neighbours that are too close form a group around their mean."""
    groups: list[tuple[int, int]] = []  # sum of wanted (less the steps inside) and size
    for at, x in enumerate(wanted):
        total, size = x - at * step, 1
        while groups and groups[-1][0] * size > total * groups[-1][1]:
            total, size = total + groups[-1][0], size + groups[-1][1]
            groups.pop()
        groups.append((total, size))
    places: list[int] = []
    for total, size in groups:
        places += [total // size] * size
    return [x + at * step for at, x in enumerate(places)]
