"""What every layout keeps, on random graphs: nothing overlaps, lines cross only at right angles."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from agentgraph.draw.layout.layered import lay_out
from agentgraph.draw.layout.nouns import Item, Layout, Point, Rect, Route, Spacing, Wire

SPACINGS = st.sampled_from(
    [Spacing(), Spacing(boxes=1, lines=1, ports=2), Spacing(20, 14, 12, 9, 8, 10)]
)


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[Item], list[Wire], Spacing]:
    count = draw(st.integers(1, 14))
    items = [
        Item(
            f"n{index}",
            width=draw(st.integers(5, 30)),
            height=draw(st.integers(3, 6)),
            aside=draw(st.sampled_from([0, 0, 0, 12])),
            last=index == count - 1 and draw(st.booleans()),
        )
        for index in range(count)
    ]
    names = st.integers(0, count - 1)
    ends = draw(st.lists(st.tuples(names, names), max_size=30))
    wires = [
        Wire(f"w{index}", f"n{one}", f"n{other}", *draw(label_sizes))
        for index, (one, other) in enumerate(ends)
        if not (items[one].last and one != other)
    ]
    return items, wires, draw(SPACINGS)


label_sizes = st.one_of(st.just((0, 0)), st.tuples(st.integers(1, 25), st.integers(1, 3)))


@given(drawings())
def test_everything_is_placed_and_nothing_overlaps(
    drawing: tuple[list[Item], list[Wire], Spacing],
) -> None:
    items, wires, spacing = drawing
    layout = lay_out(items, wires, spacing)

    assert set(layout.boxes) == {item.id for item in items}
    assert set(layout.routes) == {wire.id for wire in wires if wire.source != wire.target}
    for item in items:
        box = layout.boxes[item.id]
        assert box.width >= item.width
        assert box.height == item.height
    solid = [Rect(b.x, b.y, b.width + asides(items, n), b.height) for n, b in layout.boxes.items()]
    solid += [route.label for route in layout.routes.values() if route.label]
    for one, other in itertools.combinations(solid, 2):
        assert not overlap(one, other), (one, other)
    for rect in solid:
        assert rect.x >= 0 and rect.y >= 0
        assert rect.right < layout.width and rect.bottom < layout.height


@given(drawings())
def test_routes_run_from_box_to_box_and_through_none(
    drawing: tuple[list[Item], list[Wire], Spacing],
) -> None:
    items, wires, spacing = drawing
    layout = lay_out(items, wires, spacing)
    by_id = {wire.id: wire for wire in wires}

    for name, route in layout.routes.items():
        wire = by_id[name]
        source, target = layout.boxes[wire.source], layout.boxes[wire.target]
        start, end = route.points[0], route.points[-1]
        assert on_border(start, source, bottom=not route.back)
        assert on_border(end, target, bottom=route.back)
        assert (end.y < start.y) == route.back
        inner = list(cells(route))[1:-1]
        for cell in inner:
            assert 0 <= cell.x < layout.width
            for box_name, box in layout.boxes.items():
                assert not inside(cell, box), (name, box_name)
        if wire.height:
            assert route.label is not None
            assert route.label.width >= wire.width
            assert any(inside(cell, route.label) for cell in inner)
        else:
            assert route.label is None


@given(drawings())
def test_lines_meet_only_where_they_cross(
    drawing: tuple[list[Item], list[Wire], Spacing],
) -> None:
    items, wires, spacing = drawing
    layout = lay_out(items, wires, spacing)

    taken: dict[Point, list[tuple[str, str]]] = {}
    for name, route in layout.routes.items():
        for cell, way in zip(cells(route), directions(route), strict=True):
            taken.setdefault(cell, []).append((name, way))
    for cell, users in taken.items():
        ways = [way for _, way in users]
        assert len(users) == 1 or sorted(ways) == ["across", "down"], (cell, users)
    for name, route in layout.routes.items():
        for other, stranger in layout.routes.items():
            if name != other and stranger.label is not None:
                label = stranger.label
                assert not any(inside(cell, label) for cell in cells(route)), (name, other)


@given(drawings())
def test_the_same_graph_is_laid_out_the_same_way(
    drawing: tuple[list[Item], list[Wire], Spacing],
) -> None:
    assert lay_out(*drawing) == lay_out(*drawing)


def test_a_ring_goes_back_up_where_its_author_would_say() -> None:
    items = [Item(name, 8, 3) for name in ("START", "draft", "verify")]
    wires = [
        Wire("1", "START", "draft"),
        Wire("2", "draft", "verify"),
        Wire("3", "verify", "draft"),
    ]

    layout = lay_out(items, wires)

    assert [layout.routes[name].back for name in "123"] == [False, False, True]


def test_a_chain_is_one_straight_line() -> None:
    items = [Item(str(index), 5 + 3 * index, 3) for index in range(6)]
    wires = [Wire(str(index), str(index), str(index + 1), 9, 1) for index in range(5)]

    layout = lay_out(items, wires)

    assert len({point.x for route in layout.routes.values() for point in route.points}) == 1


def test_no_items_make_an_empty_layout() -> None:
    assert lay_out([], []) == Layout(0, 0, {}, {})


def asides(items: list[Item], name: str) -> int:
    return next(item.aside for item in items if item.id == name)


def overlap(one: Rect, other: Rect) -> bool:
    return (
        one.x <= other.right
        and other.x <= one.right
        and one.y <= other.bottom
        and other.y <= one.bottom
    )


def inside(cell: Point, box: Rect) -> bool:
    return box.x <= cell.x <= box.right and box.y <= cell.y <= box.bottom


def on_border(point: Point, box: Rect, *, bottom: bool) -> bool:
    """On the side, and not on a corner."""
    return box.x < point.x < box.right and point.y == (box.bottom if bottom else box.y)


def cells(route: Route) -> Iterator[Point]:
    here = route.points[0]
    yield here
    for point in route.points[1:]:
        assert (here.x == point.x) != (here.y == point.y), "lines are level or upright"
        while here != point:
            x = here.x + (point.x > here.x) - (point.x < here.x)
            y = here.y + (point.y > here.y) - (point.y < here.y)
            here = Point(x, y)
            yield here


def directions(route: Route) -> list[str]:
    """How the line passes each cell; a corner does both."""
    path = list(cells(route))
    ways = ["down"]
    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        level = (before.y == here.y, here.y == after.y)
        ways.append("across" if all(level) else "corner" if any(level) else "down")
    return [*ways, "down"][: len(path)]
