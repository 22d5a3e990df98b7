"""A run's own events: that it began, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from langgraph.errors import GraphDrained

from agentgraph.call.attempts import describe_error
from agentgraph.call.errors import DeadlineError
from agentgraph.call.stopping import RunStoppedError
from agentgraph.model.graph import GraphSpec
from agentgraph.observe.clock import clock
from agentgraph.observe.events import RunCancelled, RunFailed, RunFinished, RunStarted
from agentgraph.observe.listening import sinks_here
from agentgraph.run.result import Counting, RunResult


class RunTelling:
    """Tells of one run of a graph, which is named `run`."""

    def __init__(self, run: str, spec: GraphSpec, thread: str | None, counting: Counting) -> None:
        self.run = run
        self._spec = spec
        self._thread = thread
        self._counting = counting
        self._began = 0.0

    @contextmanager
    def telling(self, *, goes_on: bool, traceparent: str | None) -> Iterator[RunStarted]:
        """Tells of the begin, which it yields, and of the end by an error; `finished` of any other.

        RunStoppedError: in place of the engine's own signal that it was stopped.
        """
        self._began = clock().monotonic()
        started = self._tell(
            RunStarted, version=self._spec.version, goes_on=goes_on, traceparent=traceparent
        )
        try:
            yield started
        except GraphDrained as drained:
            stopped = RunStoppedError(drained.reason)
            self._stopped(stopped)
            raise stopped from None
        except (RunStoppedError, DeadlineError) as stopped:
            self._stopped(stopped)
            raise
        except asyncio.CancelledError:
            self._tell(
                RunCancelled, seconds=self._seconds, reason="its task was cancelled", hard=True
            )
            raise
        except GeneratorExit:
            self._tell(RunCancelled, seconds=self._seconds, reason="nobody listens", hard=True)
            raise
        except KeyboardInterrupt:
            self._tell(RunCancelled, seconds=self._seconds, reason="interrupted", hard=True)
            raise
        except BaseException as error:
            self._tell(RunFailed, seconds=self._seconds, error=describe_error(error))
            raise

    def finished(self, result: RunResult) -> RunFinished:
        """Tells of a run that came to its end, or to a person; the event."""
        usage = result.usage
        event: RunFinished = self._tell(
            RunFinished,
            seconds=self._seconds,
            status=result.status,
            model_calls=usage.calls,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost=usage.cost,
        )
        return event

    @property
    def _seconds(self) -> float:
        return clock().monotonic() - self._began

    def _stopped(self, error: RunStoppedError | DeadlineError) -> None:
        if isinstance(error, DeadlineError):
            reason, hard = "deadline", True
        else:
            reason, hard = error.reason, error.hard
        self._tell(RunCancelled, seconds=self._seconds, reason=reason, hard=hard)

    def _tell(self, kind: Callable[..., Any], **fields: Any) -> Any:
        event = kind(graph=self._spec.name, thread=self._thread, run=self.run, **fields)
        for sink in sinks_here(self._counting):
            sink(event)
        return event
