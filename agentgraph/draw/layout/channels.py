"""Between two layers: on which track each line runs sideways.

Classic channel routing: a line leaves its upper end straight down to its track, along it,
and straight down to its lower end. Where one line's lower end stands under another's
upper end, the second must turn off above the first; where such demands go round in a
ring, one line changes tracks in a free column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Net:
    """A line through a channel, from column `upper` to column `lower`."""

    upper: int
    lower: int

    @property
    def low(self) -> int:
        return min(self.upper, self.lower)

    @property
    def high(self) -> int:
        return max(self.upper, self.lower)


@dataclass(frozen=True, slots=True)
class Run:
    """A sideways piece: on `track` (0 is the topmost), from one column to another."""

    track: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    net: int
    part: int
    run: Net


def route_channel(nets: Sequence[Net]) -> list[tuple[Run, ...]]:
    """The sideways runs of each net, from top to bottom; none for a straight one."""
    waiting = [Piece(at, 0, net) for at, net in enumerate(nets) if net.upper != net.lower]
    taken = {column for net in nets for column in (net.upper, net.lower)}
    placed: list[tuple[int, Piece]] = []
    while waiting:
        free = [piece for piece in waiting if not _held(piece, waiting)]
        if not free:
            waiting = _break_ring(waiting, taken)
            continue
        piece = min(free, key=lambda one: (_cost(one, waiting), one.run.low, one.net, one.part))
        waiting.remove(piece)
        # Below every placed run that it would touch, and below the piece that it continues.
        under = [track + 1 for track, other in placed if _touch(piece, other)]
        placed.append((max(under, default=0), piece))
    result: list[list[tuple[int, Run]]] = [[] for _ in nets]
    for track, piece in placed:
        result[piece.net].append((piece.part, Run(track, piece.run.upper, piece.run.lower)))
    return [tuple(run for _, run in sorted(runs, key=lambda one: one[0])) for runs in result]


def tracks(routed: Sequence[tuple[Run, ...]]) -> int:
    """How many tracks are in use."""
    return max((run.track + 1 for runs in routed for run in runs), default=0)


def _held(piece: Piece, waiting: Sequence[Piece]) -> bool:
    """Whether another piece must be placed above this one first."""
    return any(_must_precede(other, piece) for other in waiting if other is not piece)


def _must_precede(one: Piece, other: Piece) -> bool:
    if one.net == other.net:
        return one.part < other.part
    return one.run.upper == other.run.lower


def _touch(one: Piece, other: Piece) -> bool:
    # A free unit between two runs on a track, so that they don't read as one line.
    return one.run.low <= other.run.high + 1 and other.run.low <= one.run.high + 1


def _cost(piece: Piece, waiting: Sequence[Piece]) -> int:
    """Crossings if this piece is above all that wait, less those if it is below them."""
    return sum(
        _crossings(piece.run, other.run) - _crossings(other.run, piece.run)
        for other in waiting
        if other is not piece
    )


def _crossings(above: Net, below: Net) -> int:
    return (below.low < above.lower < below.high) + (above.low < below.upper < above.high)


def _break_ring(waiting: list[Piece], taken: set[int]) -> list[Piece]:
    """Splits one piece that stands in a ring of demands at a free column."""
    piece = min(waiting, key=lambda one: (one.run.high - one.run.low, one.net, one.part))
    piece = _in_ring(piece, waiting)
    column = _free_column(piece.run, taken)
    taken.add(column)
    parts = [
        Piece(piece.net, piece.part, Net(piece.run.upper, column)),
        Piece(piece.net, piece.part + 1, Net(column, piece.run.lower)),
    ]
    rest = [
        Piece(one.net, one.part + 1, one.run)
        if one.net == piece.net and one.part > piece.part
        else one
        for one in waiting
        if one is not piece
    ]
    return rest + parts


def _in_ring(piece: Piece, waiting: Sequence[Piece]) -> Piece:
    """A piece of a ring, reached by walking up the demands (everybody is held by somebody)."""
    seen: list[Piece] = []
    while piece not in seen:
        seen.append(piece)
        held = piece
        piece = next(one for one in waiting if one is not held and _must_precede(one, held))
    return piece


def _free_column(net: Net, taken: set[int]) -> int:
    """The column nearest to the middle of the net that no line uses, nor one beside it."""
    middle = (net.low + net.high) // 2
    distance = 0
    while True:
        for column in (middle + distance, middle - distance):
            if column >= 0 and not taken & {column - 1, column, column + 1}:
                return column
        distance += 1
