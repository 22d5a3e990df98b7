from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.crc import key_slot

from checkpoints.keys import (
    PrefixError,
    check_prefix,
    checkpoint_name,
    escape,
    split_name,
    split_ref,
    thread_keys,
    thread_of,
    threads_pattern,
    unescape,
    value_ref,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ODD_THREADS = [
    "",
    "a",
    "{",
    "}",
    "}{",
    "{}",
    "a{b}c",
    "user/1",
    "%",
    "%7B",
    "tab\there",
    "ünïcode",
    "\x00",
    "x" * 500,
]


@given(TEXT)
def test_escaped_text_has_no_separators_and_comes_back(text: str) -> None:
    assert not set("/{}\n\x00") & set(escape(text))
    assert unescape(escape(text)) == text


@given(TEXT, TEXT)
def test_names_come_back(namespace: str, checkpoint: str) -> None:
    assert split_name(checkpoint_name(namespace, checkpoint)) == (namespace, checkpoint)


@given(TEXT, st.one_of(TEXT, st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_value_refs_come_back_with_the_type_of_the_version(
    channel: str, version: str | float
) -> None:
    found_channel, found = split_ref(value_ref(channel, version))
    assert (found_channel, found, type(found)) == (channel, version, type(version))


@pytest.mark.parametrize("thread", ODD_THREADS)
@pytest.mark.parametrize("prefix", ["", "tenant-a:", "b*[x]?:"])
def test_all_keys_of_a_thread_share_a_slot(thread: str, prefix: str) -> None:
    keys = thread_keys(prefix, thread)
    assert len({key_slot(key.encode()) for key in keys}) == 1
    # The slot is the tag's, not the whole key's: with an empty tag it would differ by key.
    tag = keys[0][keys[0].index("{") + 1 : keys[0].index("}")]
    assert tag
    assert key_slot(keys[0].encode()) == key_slot(tag.encode())


@pytest.mark.parametrize("thread", ODD_THREADS)
def test_a_thread_is_found_in_its_key(thread: str) -> None:
    assert thread_of("p:", thread_keys("p:", thread)[-2]) == thread


def test_threads_have_different_keys() -> None:
    assert len({thread_keys("", thread) for thread in ODD_THREADS}) == len(ODD_THREADS)


def test_a_prefix_is_no_pattern() -> None:
    assert threads_pattern("a*[b]?\\:") == "a\\*\\[b\\]\\?\\\\:thread:{*}:meta"


@pytest.mark.parametrize("prefix", ["{", "}", "a{b}:"])
def test_a_prefix_with_braces_is_refused(prefix: str) -> None:
    with pytest.raises(PrefixError, match="may not contain braces"):
        check_prefix(prefix)
