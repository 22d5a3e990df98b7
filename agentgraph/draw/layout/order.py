"""The order within each layer: few crossings, and near what was declared."""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence

from agentgraph.draw.layout.strata import Strata

SWEEPS = 12
"""Passes down and up from each beginning; more changed nothing on the graphs tried."""


def order_layers(strata: Strata) -> list[list[int]]:
    """The layers, each from left to right, with the fewest crossings found."""
    best, fewest = _as_reached(strata, mirrored=False), -1
    for mirrored in (False, True):
        for layers in _improved(_as_reached(strata, mirrored=mirrored), strata):
            count = crossings(layers, strata.down)
            if fewest < 0 or count < fewest:
                best, fewest = [list(layer) for layer in layers], count
            if not fewest:
                return _upright(best, strata)
    return _upright(best, strata)


def _upright(layers: list[list[int]], strata: Strata) -> list[list[int]]:
    """The layers or their mirror image, whichever is nearer to the declared order."""
    agree = 0
    for layer, declared in zip(layers, strata.layers, strict=True):
        place = {entry: at for at, entry in enumerate(declared)}
        for one, other in itertools.pairwise(layer):
            agree += 1 if place[one] < place[other] else -1
    return layers if agree >= 0 else [layer[::-1] for layer in layers]


def _improved(layers: list[list[int]], strata: Strata) -> Iterator[list[list[int]]]:
    """The given order, then better and better ones (mostly)."""
    yield layers
    for sweep in range(SWEEPS):
        layers = _sweep(layers, strata, downward=sweep % 2 == 0, mirrored=sweep % 4 > 1)
        layers = _swap_neighbours(layers, strata)
        yield layers


def crossings(layers: Sequence[Sequence[int]], down: Sequence[Sequence[int]]) -> int:
    """How many pairs of lines cross."""
    total = 0
    for upper, lower in itertools.pairwise(layers):
        place = {entry: index for index, entry in enumerate(lower)}
        seen: list[int] = []
        for entry in upper:
            ends = sorted(place[other] for other in down[entry])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _as_reached(strata: Strata, *, mirrored: bool) -> list[list[int]]:
    """Each layer in the order in which a walk from the top, in declared order, reaches it.

    `mirrored`: the same from the last declared to the first, another hill to climb from.
    """
    layers: list[list[int]] = [[] for _ in strata.layers]
    seen: set[int] = set()
    for layer in strata.layers:
        for first in layer:
            waiting = [first]
            while waiting:
                entry = waiting.pop()
                if entry in seen:
                    continue
                seen.add(entry)
                layers[strata.entries[entry].layer].append(entry)
                waiting.extend(strata.down[entry] if mirrored else reversed(strata.down[entry]))
    return layers


def _sweep(
    layers: list[list[int]], strata: Strata, *, downward: bool, mirrored: bool
) -> list[list[int]]:
    """Every layer sorted by the mean place of its neighbours in the layer before.

    Those with the same mean keep their order, or swap it where `mirrored`: two that cross
    further down can only change places together.
    """
    result = [list(layer) for layer in layers]
    near = strata.up if downward else strata.down
    indexes = range(1, len(result)) if downward else range(len(result) - 2, -1, -1)
    for index in indexes:
        before = result[index - 1 if downward else index + 1]
        place = {entry: at for at, entry in enumerate(before)}
        mean = {
            entry: sum(place[other] for other in near[entry]) / len(near[entry])
            for entry in result[index]
            if near[entry]
        }
        # What has no neighbours keeps its place; the others are sorted around it.
        tied = list(reversed(mean)) if mirrored else list(mean)
        movable = iter(sorted(tied, key=mean.__getitem__))
        result[index] = [next(movable) if entry in mean else entry for entry in result[index]]
    return result


def _swap_neighbours(layers: list[list[int]], strata: Strata) -> list[list[int]]:
    """The layers after swapping every two neighbours that cross less the other way round."""
    for index, layer in enumerate(layers):
        above = _places(layers, index - 1)
        below = _places(layers, index + 1)
        for at in range(len(layer) - 1):
            left, right = layer[at], layer[at + 1]
            gain = _pair(strata.up, above, left, right) + _pair(strata.down, below, left, right)
            if gain > 0:
                layer[at], layer[at + 1] = right, left
    return layers


def _places(layers: list[list[int]], index: int) -> dict[int, int]:
    if not 0 <= index < len(layers):
        return {}
    return {entry: at for at, entry in enumerate(layers[index])}


def _pair(near: list[list[int]], place: dict[int, int], left: int, right: int) -> int:
    """Crossings between the lines of two neighbours, less those after a swap."""
    gain = 0
    for one in near[left]:
        for other in near[right]:
            gain += (place[one] > place[other]) - (place[one] < place[other])
    return gain
