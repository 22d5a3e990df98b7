"""How far right everything stands: long lines straight, everything else centred.

After Brandes and Köpf, "Fast and simple horizontal coordinate assignment" (2001): entries
are joined into straight blocks in four ways (from above or below, from left or right),
each packed on its own, and the two middle answers averaged. The packing follows the
corrected form, as a longest path over the blocks.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from agentgraph.draw.layout.nouns import Spacing
from agentgraph.draw.layout.strata import Entry, Strata

Pairs = set[tuple[int, int]]


def assign_columns(strata: Strata, layers: Sequence[Sequence[int]], spacing: Spacing) -> list[int]:
    """The axis of each entry; nothing in a layer overlaps, and the least left edge is 0."""
    refused = _conflicts(strata, layers)
    answers = []
    for from_top in (True, False):
        for from_left in (True, False):
            turned = list(layers) if from_top else list(reversed(layers))
            turned = turned if from_left else [list(reversed(layer)) for layer in turned]
            near = strata.up if from_top else strata.down
            root = _blocks(turned, near, refused)
            packed = _pack(turned, root, strata.entries, spacing, mirrored=not from_left)
            answers.append([x if from_left else -x for x in packed])
    return _shift(_middle(answers, strata.entries), strata.entries)


def apart(left: Entry, right: Entry, spacing: Spacing) -> int:
    """The least distance between the axes of two neighbours."""
    free = spacing.boxes if left.item and right.item else spacing.lines
    return left.right + free + right.left + 1


def _conflicts(strata: Strata, layers: Sequence[Sequence[int]]) -> Pairs:
    """Segments that would bend a long line: they cross one that passes from place to place."""
    refused: Pairs = set()
    for upper, lower in itertools.pairwise(layers):
        place = {entry: at for at, entry in enumerate(upper)}
        inner = [_inner(strata, entry) for entry in lower]
        left, scanned = 0, 0
        for at, above in enumerate(inner):
            if above is None and at != len(lower) - 1:
                continue
            right = len(upper) - 1 if above is None else place[above]
            for entry in lower[scanned : at + 1]:
                for other in strata.up[entry]:
                    crosses = not left <= place[other] <= right
                    if crosses and not (strata.entries[entry].wire and strata.entries[other].wire):
                        refused |= {(entry, other), (other, entry)}
            left, scanned = right, at + 1
    return refused


def _inner(strata: Strata, entry: int) -> int | None:
    """The place above, where both are places of one wire."""
    if strata.entries[entry].wire is None:
        return None
    above = strata.up[entry][0]
    return above if strata.entries[above].wire is not None else None


def _blocks(
    layers: Sequence[Sequence[int]], near: Sequence[Sequence[int]], refused: Pairs
) -> list[int]:
    """The first entry of the straight block of each entry."""
    root = list(range(len(near)))
    aligned = [False] * len(near)
    for index in range(1, len(layers)):
        place = {entry: at for at, entry in enumerate(layers[index - 1])}
        reached = -1
        for entry in layers[index]:
            others = sorted(near[entry], key=place.__getitem__)
            middle = {(len(others) - 1) // 2, len(others) // 2} if others else set()
            for at in sorted(middle):
                other = others[at]
                free = not aligned[entry] and (entry, other) not in refused
                if free and place[other] > reached:
                    root[entry] = root[other]
                    aligned[entry] = True
                    reached = place[other]
    return root


def _pack(
    layers: Sequence[Sequence[int]],
    root: list[int],
    entries: list[Entry],
    spacing: Spacing,
    *,
    mirrored: bool,
) -> list[int]:
    """Every block as far left as its neighbours let it, then as near to its right ones."""
    after: dict[int, dict[int, int]] = {block: {} for block in root}
    before: dict[int, dict[int, int]] = {block: {} for block in root}
    for layer in layers:
        for one, other in itertools.pairwise(layer):
            pair = (entries[other], entries[one]) if mirrored else (entries[one], entries[other])
            gap = max(after[root[one]].get(root[other], 0), apart(*pair, spacing))
            after[root[one]][root[other]] = gap
            before[root[other]][root[one]] = gap
    order = _sorted_blocks(after, before)
    x: dict[int, int] = {}
    for block in order:
        x[block] = max((x[other] + gap for other, gap in before[block].items()), default=0)
    for block in reversed(order):
        x[block] = min((x[other] - gap for other, gap in after[block].items()), default=x[block])
    return [x[block] for block in root]


def _sorted_blocks(
    after: dict[int, dict[int, int]], before: dict[int, dict[int, int]]
) -> list[int]:
    waiting = {block: len(others) for block, others in before.items()}
    ready = [block for block, count in waiting.items() if not count]
    for block in ready:  # grows while it is read
        for other in after[block]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return ready


def _middle(answers: list[list[int]], entries: list[Entry]) -> list[int]:
    """The mean of the two middle answers, all brought to the narrowest one's edges.

    Order statistics keep distances, so what no answer lets overlap does not overlap here.
    """
    edges = [
        (
            min(x - entry.left for x, entry in zip(answer, entries, strict=True)),
            max(x + entry.right for x, entry in zip(answer, entries, strict=True)),
        )
        for answer in answers
    ]
    narrow = min(range(len(answers)), key=lambda at: edges[at][1] - edges[at][0])
    moved = [
        # Answers packed from the left are laid against the left edge, the others against the right.
        [x + edges[narrow][at % 2] - edges[at][at % 2] for x in answer]
        for at, answer in enumerate(answers)
    ]
    return [sum(sorted(four)[1:3]) // 2 for four in zip(*moved, strict=True)]


def _shift(axes: list[int], entries: list[Entry]) -> list[int]:
    left = min((x - entry.left for x, entry in zip(axes, entries, strict=True)), default=0)
    return [x - left for x in axes]
