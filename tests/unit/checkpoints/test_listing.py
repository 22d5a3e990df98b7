from __future__ import annotations

from typing import Any

import pytest

from checkpoints.listing import FILTER_PAGE, PAGE
from tests.unit.checkpoints.made import config, put

COUNT = PAGE * 2 + 3


def steps(found: Any) -> list[int]:
    return [tup.metadata["step"] for tup in found]


@pytest.fixture
def chain(saver: Any) -> list[Any]:
    configs, at = [], config()
    for n in range(COUNT):
        at = put(
            saver,
            at,
            {"n": n},
            versions={"n": f"{n}.a"},
            step=n,
            even=n % 2 == 0,
            tags=["a", str(n % 3)],
        )
        configs.append(at)
    return configs


def test_all_pages_newest_first(saver: Any, chain: list[Any]) -> None:
    found = list(saver.list(config()))
    assert steps(found) == list(range(COUNT - 1, -1, -1))
    assert [tup.checkpoint["channel_values"]["n"] for tup in found] == steps(found)


@pytest.mark.parametrize("limit", [0, 1, PAGE, PAGE + 1, COUNT, COUNT + 5])
def test_limit(saver: Any, chain: list[Any], limit: int) -> None:
    assert steps(saver.list(config(), limit=limit)) == list(range(COUNT - 1, -1, -1))[:limit]
    assert (
        steps(saver.list(config(), filter={"even": True}, limit=limit))
        == list(range(COUNT - 1, -1, -2))[:limit]
    )


def test_before(saver: Any, chain: list[Any]) -> None:
    assert steps(saver.list(config(), before=chain[3])) == [2, 1, 0]
    assert steps(saver.list(config(), before=chain[3], limit=2)) == [2, 1]
    assert steps(saver.list({"configurable": {"thread_id": "t"}}, before=chain[2])) == [1, 0]
    assert steps(saver.list(config(), before=chain[0])) == []


def test_filters_compare_any_metadata(saver: Any, chain: list[Any]) -> None:
    assert steps(saver.list(config(), filter={"step": 5})) == [5]
    assert steps(saver.list(config(), filter={"tags": ["a", "1"], "even": True}))[-2:] == [10, 4]
    assert steps(saver.list(config(), filter={"parents": {}}, limit=1)) == [COUNT - 1]
    assert steps(saver.list(config(), filter={"missing": None}, limit=2)) == [COUNT - 1, COUNT - 2]
    assert steps(saver.list(config(), filter={"missing": 1})) == []


def test_a_filter_goes_on_over_many_pages(saver: Any) -> None:
    at = config()
    for n in range(FILTER_PAGE + PAGE + 5):
        at = put(saver, at, step=n, even=n % 2 == 0, rare=n == 1)
    assert steps(saver.list(config(), filter={"rare": True})) == [1]
    assert len(steps(saver.list(config(), filter={"even": True}))) == (FILTER_PAGE + PAGE + 6) // 2


def test_one_by_its_id(saver: Any, chain: list[Any]) -> None:
    assert steps(saver.list(chain[4])) == [4]
    assert steps(saver.list(config(checkpoint="nothing"))) == []


def test_namespaces(saver: Any) -> None:
    for n, namespace in enumerate(["", "child:1", "child:1|x", "child:12"]):
        put(saver, config(namespace=namespace), step=n)
    assert steps(saver.list(config())) == [0]
    assert steps(saver.list(config(namespace="child:1"))) == [1]
    # Without a namespace: those of all, in the order of the ids.
    assert steps(saver.list({"configurable": {"thread_id": "t"}})) == [3, 2, 1, 0]
    assert steps(saver.list({"configurable": {"thread_id": "t"}}, limit=2)) == [3, 2]


def test_without_a_config_all_threads(saver: Any) -> None:
    for n in range(5):
        at = put(saver, config(f"t{n}"), step=n)
        put(saver, at, step=n + 100)
    assert sorted(steps(saver.list(None))) == [0, 1, 2, 3, 4, 100, 101, 102, 103, 104]
    assert len(steps(saver.list(None, limit=3))) == 3
    assert sorted(steps(saver.list(None, filter={"step": 3}))) == [3]
    assert list(saver.list(config("nobody"))) == []


def test_pages_are_read_when_asked_for(saver: Any, chain: list[Any]) -> None:
    listing = saver.list(config())
    assert next(listing).metadata["step"] == COUNT - 1
    saver.delete_thread("t")
    assert len(list(listing)) == PAGE - 1
