"""`agentgraph run`: one turn of a graph, or going on with one."""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from msgspec import Struct

from agentgraph.call.facts import read_facts
from agentgraph.call.policy_settings import read_policies
from agentgraph.cli.check_settings import JUDGES
from agentgraph.cli.failure import tell_failure, tell_how_to_go_on
from agentgraph.cli.given import read_given
from agentgraph.cli.graphs import FoundGraph, find_graph
from agentgraph.cli.memory import Prefix, Redis, project_memory
from agentgraph.cli.options import TARGET_HELP, Debug
from agentgraph.cli.outcome import FAILED, OK, TERMINATED, WAITS, reporting
from agentgraph.cli.questions import tell_questions
from agentgraph.cli.settings import Settings, read_settings
from agentgraph.cli.streams import say, stdout_to_stderr
from agentgraph.errors import AgentgraphError, Problem, SettingsError
from agentgraph.model.contract import Json

if TYPE_CHECKING:
    from agentgraph.cli.progress import Progress
    from agentgraph.model.graph import GraphSpec
    from agentgraph.remember.ports import Memory
    from agentgraph.run.result import RunResult

Target = Annotated[str | None, typer.Argument(metavar="TARGET", help=TARGET_HELP)]


class Given(Struct, frozen=True):
    """The JSON that came with the command, where `kind` is not "nothing"."""

    kind: Literal["input", "answer", "nothing"]
    value: Json = None


class Request(Struct, frozen=True, eq=False):
    """What is to be run."""

    found: FoundGraph
    settings: Settings
    given: Given
    thread: str | None
    redis: str | None
    prefix: str
    stream: bool
    deadline: float | None
    abandon: bool
    quiet: bool
    debug: bool

    @property
    def going_on(self) -> list[str]:
        """The command that goes on with the thread; nothing where there is none."""
        if self.thread is None:
            return []
        words = ["agentgraph", "run", self.found.text, "--thread", self.thread]
        words += ["--redis", self.redis] if self.redis else []
        return [*words, *(["--prefix", self.prefix] if self.prefix else [])]


@reporting
def run(
    target: Target = None,
    *,
    input_: Annotated[
        str | None,
        typer.Option("--input", "-i", metavar="JSON|@FILE|-", help="The input of a new turn."),
    ] = None,
    thread: Annotated[
        str | None,
        typer.Option("--thread", "-t", metavar="ID", help="Remember the run under this name."),
    ] = None,
    redis: Redis = None,
    prefix: Prefix = "",
    resume: Annotated[
        str | None,
        typer.Option("--resume", metavar="JSON", help="The answer that the thread waits for."),
    ] = None,
    stream: Annotated[
        bool,
        typer.Option(
            "--stream",
            help="Each event on stderr, as it happens: to be read on a terminal, else as JSON lines.",
        ),
    ] = False,
    deadline: Annotated[
        float | None,
        typer.Option(
            "--deadline", metavar="SECONDS", help="End the run after so long, done or not."
        ),
    ] = None,
    abandon: Annotated[
        bool, typer.Option("--abandon", help="Drop what the thread left unfinished.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
    debug: Debug = False,
) -> int:
    """Run a graph on an input, or go on with a thread.

    The output alone goes to stdout, as JSON. Without an input, the thread's unfinished turn
    is gone on with. SIGTERM lets the step that runs finish, and ends the run: what is remembered
    can be gone on with. Exit code 0: finished. 1: the run failed. 2: it could not begin.
    3: it waits for a person. 143: it was stopped by SIGTERM.
    """
    settings = read_settings(judges={"run": JUDGES["run"]})
    given = _read_given(input_, resume, thread)
    found = find_graph(target, settings, debug=debug)
    thread = thread or _thread_for(found, redis)
    return _run(
        Request(
            found, settings, given, thread, redis, prefix, stream, deadline, abandon, quiet, debug
        )
    )


def _read_given(input_: str | None, resume: str | None, thread: str | None) -> Given:
    problem = None
    if input_ is not None and resume is not None:
        problem = Problem("--input begins a turn and --resume goes on with one: give one of them")
    elif input_ is None and thread is None:
        help_ = "give --input JSON, or --thread ID to go on with a thread"
        problem = Problem("nothing to run", help=help_)
    if problem is not None:
        raise SettingsError([problem], "usage")
    if input_ is not None:
        return Given("input", read_given(input_, "--input"))
    if resume is not None:
        return Given("answer", read_given(resume, "--resume"))
    return Given("nothing")


def _thread_for(found: FoundGraph, redis: str | None) -> str | None:
    """A name for a run that nobody named, where it may have to be gone on with."""
    if redis is None and not _asks(found.own.spec):
        return None
    thread = f"{found.own.spec.name}-{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:4]}"
    say(f"thread {thread}")
    return thread


def _asks(spec: GraphSpec) -> bool:
    """Whether a run may wait for a person."""
    return any(
        agent.kind in ("person", "langgraph")
        or any(tool.approval is not None for tool in agent.tools)
        or (agent.graph is not None and _asks(agent.graph))
        for agent in spec.agents
    )


def _run(request: Request) -> int:
    from agentgraph.call.stopping import RunStoppedError
    from agentgraph.cli.models import chat_models
    from agentgraph.cli.progress import Progress

    models = chat_models(request.found.own.spec, request.settings)
    progress = Progress(quiet=request.quiet or request.stream)
    try:
        with stdout_to_stderr():
            result = _result(request, models, progress)
    except KeyboardInterrupt:
        progress.close()
        tell_how_to_go_on(request.going_on)
        raise
    except Exception as error:
        progress.close()
        if isinstance(error, AgentgraphError) and not progress.started:
            raise
        agent = None if isinstance(error, RunStoppedError) else progress.failed
        tell_failure(error, agent, request.going_on, request.debug)
        return TERMINATED if isinstance(error, RunStoppedError) else FAILED
    finally:
        progress.close()
    return _finish(request, result)


def _result(request: Request, models: dict[str, Any], progress: Progress) -> RunResult:
    # The engine is imported here: it is what takes long, and usage errors need none of it.
    from agentgraph.call.stopping import Stop
    from agentgraph.cli.streaming import Streaming
    from agentgraph.cli.terminating import stopping_on_sigterm
    from agentgraph.run.start import resume_graph, run_graph

    graph, given, thread = request.found.own, request.given, request.thread
    sink = Streaming(progress) if request.stream else progress
    # With --debug, bodies run where a debugger finds them: on this thread, which cannot be left behind.
    stop = None if request.debug else Stop()
    told: dict[str, Any] = {
        "models": models,
        "facts": read_facts(request.settings.models),
        "sink": sink,
        "policies": read_policies(request.settings.run),
        "stop": stop,
        "deadline": request.deadline,
        "traceparent": os.environ.get("TRACEPARENT"),
    }
    ending = nullcontext() if stop is None else stopping_on_sigterm(stop, remembers=bool(thread))
    with _memory(request) as memory, ending:
        if given.kind == "input":
            return run_graph(
                graph,
                given.value,
                thread=thread,
                memory=memory,
                abandon=request.abandon,
                **told,
            )
        if thread is None or memory is None:
            raise SettingsError([Problem("going on needs a thread", help="give --thread ID")])
        if given.kind == "answer":
            going = partial(resume_graph, graph, given.value)
        else:
            going = partial(resume_graph, graph)
        return going(thread=thread, memory=memory, **told)


@contextmanager
def _memory(request: Request) -> Iterator[Memory | None]:
    if request.thread is None:
        yield None
        return
    with project_memory(request.redis, request.settings, request.prefix) as memory:
        yield memory


def _finish(request: Request, result: RunResult) -> int:
    if result.status == "waiting":
        tell_questions(result.questions, request.going_on)
        return WAITS
    sys.stdout.write(json.dumps(result.output, indent=2, ensure_ascii=False) + "\n")
    return OK
