"""The lines that a person sees while a graph runs."""

from __future__ import annotations

import pytest

from agentgraph.cli.progress import Progress
from agentgraph.observe.events import (
    AgentFailed,
    AgentFinished,
    AgentStarted,
    AnswerRefused,
    AttemptFailed,
    Degraded,
    Event,
    ModelAnswered,
    ToolRefused,
)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (AgentFinished(agent="a", seconds=1.234), "  ✓ a  1.23 s"),
        (AgentFinished(agent="a", seconds=0.00123), "  ✓ a  1.2 ms"),
        (AgentFailed(agent="a", seconds=2, error="boom"), "  ✗ a  2.00 s  boom"),
        (
            AttemptFailed(agent="a", attempt=1, error="boom", wait=0.5),
            "  ↻ a  attempt 1 failed: boom, again in 0.50 s",
        ),
        (AttemptFailed(agent="a", attempt=3, error="boom"), "  ↻ a  attempt 3 failed: boom"),
        (Degraded(agent="a", by="b", because="late\nvery"), "  ↓ a  b stands in: late"),
        (
            ModelAnswered(
                agent="a", role="fast", model="m", seconds=1, input_tokens=9, output_tokens=4
            ),
            "  · a  m answered, 9 + 4 tokens",
        ),
        (
            ModelAnswered(
                agent="a", role="fast", model=None, seconds=1, input_tokens=None, output_tokens=None
            ),
            "  · a  fast answered",
        ),
        (AnswerRefused(agent="a", problems=("x", "y")), "  ! a  the answer was refused: x; y"),
        (ToolRefused(agent="a", tool="t"), "  ! a  t is not among its tools"),
    ],
)
def test_an_event_is_a_line(capsys: pytest.CaptureFixture[str], event: Event, line: str) -> None:
    Progress()(event)

    assert capsys.readouterr() == ("", f"{line}\n")


def test_what_merely_starts_is_shown_on_a_terminal_only(
    capsys: pytest.CaptureFixture[str],
) -> None:
    progress = Progress()

    progress(AgentStarted(agent="a"))
    progress.close()

    assert progress.started
    assert capsys.readouterr().err == ""


def test_the_agent_that_failed_is_known() -> None:
    progress = Progress(quiet=True)

    progress(AgentFailed(agent="inner.book", seconds=1, error="boom"))

    assert progress.failed == "inner.book"
