"""Lines between two layers: every line arrives, and two only ever cross."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from agentgraph.draw.layout.channels import Net, Run, route_channel, tracks

columns = st.lists(st.integers(0, 12), unique=True, max_size=9)


@st.composite
def channels(draw: st.DrawFn) -> list[Net]:
    uppers, lowers = draw(columns), draw(columns)
    return [Net(upper, lower) for upper, lower in zip(uppers, lowers, strict=False)]


@given(channels())
def test_every_line_leads_from_its_upper_end_to_its_lower(nets: list[Net]) -> None:
    for net, runs in zip(nets, route_channel(nets), strict=True):
        x, track = net.upper, -1
        for run in runs:
            assert run.start == x
            assert run.track > track
            x, track = run.end, run.track
        assert x == net.lower


@given(channels())
def test_two_lines_share_no_piece(nets: list[Net]) -> None:
    routed = route_channel(nets)
    height = tracks(routed)
    lines = [pieces(net, runs, height) for net, runs in zip(nets, routed, strict=True)]

    for (level, upright), (other_level, other_upright) in itertools.combinations(lines, 2):
        assert not level & other_level
        assert not upright & other_upright


@given(channels())
def test_corners_stand_alone(nets: list[Net]) -> None:
    """A corner on another line would read as a junction."""
    routed = route_channel(nets)
    height = tracks(routed)
    for (net, runs), (other, others) in itertools.permutations(zip(nets, routed, strict=True), 2):
        level, upright = pieces(other, others, height)
        corners = {(x, run.track) for run in runs for x in (run.start, run.end)}
        assert not corners & level, (net, other)
        assert not corners & upright, (net, other)


def test_lines_that_change_places_need_a_free_column() -> None:
    runs = route_channel([Net(4, 10), Net(10, 4)])

    assert sorted(len(run) for run in runs) == [1, 2]


def test_straight_lines_need_no_track() -> None:
    assert tracks(route_channel([Net(1, 1), Net(5, 5)])) == 0


def test_lines_side_by_side_share_a_track() -> None:
    assert tracks(route_channel([Net(6, 2), Net(8, 12)])) == 1


Cells = set[tuple[int, int]]


def pieces(net: Net, runs: tuple[Run, ...], height: int) -> tuple[Cells, Cells]:
    """The cells that a line covers sideways and upright; row -1 and `height` are the layers."""
    level = {
        (x, run.track)
        for run in runs
        for x in range(min(run.start, run.end), max(run.start, run.end) + 1)
    }
    upright: Cells = set()
    x, y = net.upper, -1
    for run in runs:
        upright |= {(x, row) for row in range(y, run.track + 1)}
        x, y = run.end, run.track
    upright |= {(x, row) for row in range(y, height + 1)}
    return level, upright
