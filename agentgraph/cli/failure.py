"""A run that failed: what was raised, where in the user's code, and how to go on."""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from agentgraph.cli.streams import say, shown_path
from agentgraph.errors import AgentgraphError

_OURS = str(Path(__file__).parents[1])


def tell_failure(error: Exception, agent: str | None, going_on: Sequence[str], debug: bool) -> None:
    """The failure on stderr: our own errors as a sentence, others with the user's frames."""
    # A run has loaded both; whoever asks for help need not.
    from agentgraph.call.stopping import RunStoppedError
    from agentgraph.observe.redact import hiding

    hidden = hiding(error)
    if debug:
        say(hidden.text("".join(traceback.format_exception(error)).rstrip()))
    elif not isinstance(error, AgentgraphError):
        frames = list(_users_frames(error))
        if frames:
            say("Traceback (most recent call last, only your code):")
            say("".join(traceback.format_list(frames)).rstrip())
    kind = "" if isinstance(error, AgentgraphError) else f"{type(error).__name__}: "
    where = f" in {agent}" if agent else ""
    if isinstance(error, RunStoppedError):
        say(str(error))
        tell_how_to_go_on(going_on)
        return
    say(f"error: the run failed{where}: {kind}{hidden.text(str(error))}")
    tell_how_to_go_on(going_on)


def tell_how_to_go_on(going_on: Sequence[str]) -> None:
    """The command that goes on with the thread, if there is one."""
    if going_on:
        say(f"    what finished is kept; go on with: {shlex.join(going_on)}")


def _users_frames(error: BaseException) -> Iterator[traceback.FrameSummary]:
    """The frames that are neither ours, nor the engine's, nor an installed package's."""
    for frame in traceback.extract_tb(error.__traceback__):
        file = frame.filename
        if file.startswith((_OURS, "<")) or "site-packages" in file or _is_pythons(file):
            continue
        yield traceback.FrameSummary(shown_path(file), frame.lineno, frame.name, line=frame.line)


def _is_pythons(file: str) -> bool:
    return file.startswith(str(Path(traceback.__file__).parent))
