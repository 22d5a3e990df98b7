"""Random graphs with every kind of way, and what they declare, said independently of drawing."""

from __future__ import annotations

from hypothesis import strategies as st

from agentgraph.model.graph import END, START, EdgeSpec, GraphSpec, MapSpec, RouteSpec, Way
from tests.unit.draw.specs import agent, edge, graph, route

NAMES = ("plan", "search", "rank", "draft", "verify", "ask_person", "book", "release", "tell")
LABELS = ("yes", "no", "1", 1, None, True, "two words", 'with "quotes"', "")


@st.composite
def specs(draw: st.DrawFn, *, depth: int = 1) -> GraphSpec:
    names = list(NAMES[: draw(st.integers(1, len(NAMES)))])
    one = st.sampled_from(names)
    target = st.sampled_from([*names, END])
    source = st.sampled_from([START, *names])
    several = st.lists(one, min_size=1, max_size=3, unique=True)
    adapters = iter(f"adapt_{number}" for number in range(99))
    used: list[str] = []

    def adapted(name: str, to: str) -> EdgeSpec:
        used.append(next(adapters))
        return edge(name, to, adapter=used[-1])

    ways: list[Way] = [edge(START, names[0])]
    ways += draw(
        st.lists(
            st.one_of(
                st.builds(edge, source, target),
                st.builds(edge, several, target),
                st.builds(edge, one, target, when=st.just("score < 0.5")),
                st.builds(edge, one, target, on_failure=st.just(True)),
                st.builds(edge, one, one, at_most=st.integers(1, 9), otherwise=st.none() | target),
                st.builds(adapted, one, one),
                st.builds(
                    route,
                    one,
                    st.just("kind"),
                    st.dictionaries(st.sampled_from(LABELS), target, min_size=1, max_size=4),
                    st.none() | target,
                ),
                st.builds(
                    MapSpec,
                    agent=one,
                    over=st.just("cities"),
                    each=st.just("city"),
                    target=one,
                    into=st.just("offers"),
                ),
            ),
            max_size=12,
        )
    )
    agents = [agent(name, "query", "answer", "=str") for name in names]
    if depth and draw(st.booleans()):
        inner = draw(specs(depth=depth - 1))
        agents[-1] = agent(names[-1], "query", "answer", "=str", kind="graph", graph=inner)
    agents += [agent(name, "query", "answer", "=str") for name in used]
    return graph("random", agents, ways)


def declared_links(spec: GraphSpec) -> list[tuple[str, str, int]]:
    """Source, target and way of everything that a graph declares, each way's twins included."""
    found: list[tuple[str, str, int]] = []
    for index, way in enumerate(spec.ways):
        if isinstance(way, EdgeSpec):
            for source in way.sources:
                found.append((source, way.adapter or way.target, index))
                if way.otherwise is not None:
                    found.append((source, way.otherwise, index))
            if way.adapter is not None:
                found.append((way.adapter, way.target, index))
        elif isinstance(way, RouteSpec):
            found += [(way.agent, case.target, index) for case in way.cases]
            if way.otherwise is not None:
                found.append((way.agent, way.otherwise, index))
        else:
            found.append((way.agent, way.target, index))
    return found


def declared_boxes(spec: GraphSpec) -> set[str]:
    ends = {name for link in declared_links(spec) for name in link[:2]} & {START, END}
    return {agent.name for agent in spec.agents} | ends
