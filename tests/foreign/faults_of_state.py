"""What LangGraph 1.2 does with a graph whose state is not what its nodes take it for.

One function a faulty specimen, of its name; the docstring says in a line what is seen.
"""

from __future__ import annotations

from langgraph.errors import GraphRecursionError, InvalidUpdateError
from pydantic import ValidationError

from tests.foreign.play import Seen


def undeclared_write_methods(seen: Seen) -> None:
    """The key is dropped without a word; who pays for one day waits for five."""
    [turn] = seen.turns
    assert "promise" in turn.ran
    assert not {"days", "dayz"} & set(turn.output)
    assert turn.output["reply"] == "Accounting writes back within 5 days."
    assert seen.log == ()


def undeclared_write_command(seen: Seen) -> None:
    """The key of the command's update is dropped without a word; the full sum is paid."""
    small, large = seen.turns
    assert small.output["letter"] == "We pay you 300.00 EUR."
    assert large.ran == ["first_look", "assess", "settle"]
    assert large.output["letter"] == "We pay you 2000.00 EUR."
    assert "assessment" not in large.output


def parallel_write_closures(seen: Seen) -> None:
    """InvalidUpdateError, which names the key but none of the nodes."""
    [turn] = seen.turns
    assert turn.steps == (("filings", "jobs", "news"),)
    assert isinstance(turn.error, InvalidUpdateError)
    assert "At key 'source': Can receive only one value per step" in str(turn.error)


def start_race_async(seen: Seen) -> None:
    """InvalidUpdateError in the first superstep."""
    [turn] = seen.turns
    assert turn.steps == (("draft", "search"),)
    assert isinstance(turn.error, InvalidUpdateError)
    assert "At key 'plan'" in str(turn.error)


def parallel_subgraphs_echo(seen: Seen) -> None:
    """Both hand their input back with their output: InvalidUpdateError for a key nobody changed."""
    [turn] = seen.turns
    assert turn.steps[-1] == ("prices", "rumours")
    assert isinstance(turn.error, InvalidUpdateError)
    assert "At key 'ticker'" in str(turn.error)


def subgraph_doubles_reducer(seen: Seen) -> None:
    """The subgraph hands back what it was given, and the reducer adds it once more."""
    [turn] = seen.turns
    author = "author: please be kind"
    assert turn.output["remarks"] == [author, author, "1 long lines"]
    assert turn.output["verdict"] == "3 remarks"


def whole_state_returned_reducer(seen: Seen) -> None:
    """The reducer adds the list to itself: two steps are reported as four."""
    [turn] = seen.turns
    assert turn.output["log"] == ["detected: login", "mitigated login"] * 2
    assert turn.output["report"].startswith("4 steps")


def later_writer_wins(seen: Seen) -> None:
    """No error, as they write in different supersteps: the blocked candidate ends as clear."""
    [turn] = seen.turns
    assert turn.steps[1] == ("call_university", "check_record")
    assert turn.output["criminal_record"] is True
    assert turn.output["mail"] == "Eve Smith is clear"


def read_never_written_partial(seen: Seen) -> None:
    """KeyError in the node that reads."""
    [turn] = seen.turns
    assert isinstance(turn.error, KeyError)
    assert turn.error.args == ("tone",)
    assert turn.ran == ["pick", "write"]


def read_never_written_dataclass(seen: Seen) -> None:
    """AttributeError in the last node, after all the work was done."""
    [turn] = seen.turns
    assert isinstance(turn.error, AttributeError)
    assert turn.error.name == "title"
    assert turn.ran == ["split", "assign", "compose"]


def read_never_written_subgraph_call(seen: Seen) -> None:
    """KeyError: the result of the call holds the keys of its output schema, no others."""
    [turn] = seen.turns
    assert isinstance(turn.error, KeyError)
    assert turn.error.args == ("documents",)


def read_before_write_one_path(seen: Seen) -> None:
    """KeyError on the way round the writer, and on that way only."""
    round_about, direct = seen.turns
    assert round_about.output["offer"] == "vase for 99, by Sued"
    assert isinstance(direct.error, KeyError)
    assert direct.error.args == ("supplier",)
    assert direct.ran == ["look_up", "offer"]


def mutated_in_place_counter(seen: Seen) -> None:
    """Each node has a dict of its own: what is not returned is gone with it."""
    [turn] = seen.turns
    assert turn.output["marks"][:2] == ["2+2: right", "3*3: right"]
    assert turn.output["certificate"] == "failed with 0 of 3"


def mutated_in_place_paused(seen: Seen) -> None:
    """The value inside is seen until the pause, never saved: signed for 350, ordered for 320."""
    _, signing, ordered = seen.turns
    assert signing.asked == ({"total": 350},)
    assert ordered.output["order"] == "ordered for 320"
    assert "delivery" not in ordered.output["basket"]


def output_never_filled(seen: Seen) -> None:
    """The output simply lacks the key that its schema requires."""
    [turn] = seen.turns
    assert turn.error is None
    assert turn.output == {"verdict": "negotiate 1 clauses"}


def subgraph_shares_no_key(seen: Seen) -> None:
    """The subgraph starts with nothing and its output is dropped, both without a word."""
    [turn] = seen.turns
    assert turn.ran == ["prepare", "critic", "coach"]
    assert "advice" not in turn.output
    assert turn.output["feedback"] == "Autumn: well done"


def input_state_as_whole(seen: Seen) -> None:
    """All that the nodes write beyond the input is dropped."""
    [turn] = seen.turns
    assert {"choose_dish", "shopping_list"} < set(turn.ran)
    assert turn.output == {"ingredients": ["noodles", "tomato"]}


def stale_value_second_turn(seen: Seen) -> None:
    """The first turn's error is still there: the second one, which is right, is refused too."""
    wrong, right = seen.turns
    assert wrong.output["result"] == "Sorry, no dictionary for xx."
    assert right.output["language"] == "de"
    assert right.ran == ["check_language", "explain"]
    assert right.output["result"] == "Sorry, no dictionary for xx."


def counter_never_reset(seen: Seen) -> None:
    """The count goes on from the first turn: the second gives up after one attempt."""
    first, second = seen.turns
    assert first.ran.count("write_query") == 3
    assert first.output["messages"][-1] == "42 rows"
    assert second.ran == ["write_query", "run_query", "give_up"]
    assert second.output["attempts"] == 4


def route_by_last_answer(seen: Seen) -> None:
    """The second question is not looked up: it is given the first one's answer."""
    _, second = seen.turns
    assert second.ran == ["finish"]
    assert second.output["question"] == "when is lunch?"
    assert second.output["answer"] == "You have 28 days."


def accumulates_over_turns_map(seen: Seen) -> None:
    """The reducer adds to what the first turn left: one claim, three verdicts."""
    _, second = seen.turns
    assert second.output["claims"] == ["snow is white"]
    assert second.output["rating"] == "2 of 3 claims hold"


def messages_overwritten(seen: Seen) -> None:
    """The last message is the only one: the question and the explanation are lost."""
    [turn] = seen.turns
    assert turn.output["messages"] == ["Is 9 a prime?"]


def reducer_wrong_type(seen: Seen) -> None:
    """TypeError out of the reducer, which names neither key nor node."""
    [turn] = seen.turns
    assert isinstance(turn.error, TypeError)
    assert str(turn.error) == 'can only concatenate list (not "str") to list'
    assert turn.ran == ["ask_name", "ask_role"]


def reducer_without_signature(seen: Seen) -> None:
    """ValueError while the graph is built: LangGraph asks the builtin for a signature."""
    assert isinstance(seen.error, ValueError)
    assert "no signature found for builtin" in str(seen.error)


def send_payload_lacks_key(seen: Seen) -> None:
    """KeyError in the node: a packet is all that it sees of the state."""
    [turn] = seen.turns
    assert turn.steps[-1] == ("translate", "translate")
    assert isinstance(turn.error, KeyError)
    assert turn.error.args == ("language",)


def pydantic_refuses(seen: Seen) -> None:
    """ValidationError where the *next* node reads; the node that wrote it has ended well."""
    good, bad = seen.turns
    assert good.output["rating"] == "high"
    assert isinstance(bad.error, ValidationError)
    assert bad.error.errors()[0]["loc"] == ("used",)
    assert bad.ran == ["clean", "work_out"]


def returned_object_resets(seen: Seen) -> None:
    """Every field of the object is written, defaults too: the count of rounds starts anew."""
    [turn] = seen.turns
    assert isinstance(turn.error, GraphRecursionError)
    assert turn.ran.count("find_typos") == 20


def node_returns_text(seen: Seen) -> None:
    """InvalidUpdateError: a node's result must be a mapping."""
    [turn] = seen.turns
    assert isinstance(turn.error, InvalidUpdateError)
    assert str(turn.error).startswith("Expected dict, got old silent pond")


def store_without_store(seen: Seen) -> None:
    """The store is None: AttributeError, once there is something to remember."""
    nothing, something = seen.turns
    assert nothing.output["greeting"] == "Hello kim, how about tea?"
    assert isinstance(something.error, AttributeError)
    assert something.error.name == "put"


def prebuilt_state_lacks_key(seen: Seen) -> None:
    """ValueError while the agent is built, which names the key."""
    assert isinstance(seen.error, ValueError)
    assert "Missing required key(s) {'remaining_steps'}" in str(seen.error)
