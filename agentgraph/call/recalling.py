"""A call whose answer may be known already, or is just being asked for by somebody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from agentgraph.call.answers import LIBRARY, Answer, Answers, Coming, Key, Leaving
from agentgraph.call.attempts import describe_error
from agentgraph.call.deadlines import seconds_left
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.services import Services
from agentgraph.declare.body import Body
from agentgraph.model.contract import Json, digest
from agentgraph.model.policy import Cache
from agentgraph.observe.clock import clock
from agentgraph.observe.events import CacheAnswered


@dataclass(frozen=True, slots=True)
class Recalling:
    """The answers of one agent or tool, whose `function` gave them. `about` is what they depend on that is the same in all calls.

    `uses_context`, `role`: they depend on the caller's context, or on the model of that role.
    """

    function: Callable[..., Any]
    cache: Cache
    about: tuple[str, ...]
    uses_context: bool
    role: str | None

    def recalled(
        self,
        label: str,
        services: Services,
        arguments: Mapping[str, Json],
        steps: Callable[[], Steps[Json]],
        *,
        tool: str | None = None,
    ) -> Steps[Json]:
        """What the call produces, as JSON: a fresh answer, that of an equal call under way, or its own.

        Where it fails, an answer that may be stale. An equal call's failure is this one's.
        """
        of = self._depends_on(services)
        key: Key = (digest([*self.about, dict(arguments)]), *map(id, of))
        answers = LIBRARY.here().answers(self.function, self.cache)
        telling = _Telling(answers, label, services, tool)
        while True:
            found = answers.look(key)
            if isinstance(found, Answer):
                return telling.given(found)
            if found is None:
                return (yield from self._asked(key, of, telling, steps))
            if not (yield _waiting(found, seconds_left(services))):
                return (yield from steps())
            outcome = found.result()
            if isinstance(outcome, Answer):
                return telling.given(outcome)
            if outcome.error is not None:
                return telling.failed(key, outcome.error)

    def _asked(
        self, key: Key, of: tuple[Any, ...], telling: _Telling, steps: Callable[[], Steps[Json]]
    ) -> Steps[Json]:
        outcome: Answer | Leaving = Leaving(None)
        try:
            value = yield from steps()
            outcome = telling.answers.made(json.dumps(value), of)
        except telling.services.signals:
            raise
        except Exception as error:  # noqa: BLE001  # raised where no answer may stand in
            outcome = Leaving(error)
            return telling.failed(key, error)
        finally:
            telling.answers.end(key, outcome)
        return value

    def _depends_on(self, services: Services) -> tuple[Any, ...]:
        models = services.models
        asked = (models.get(self.role, models.get("default")),) if self.role else ()
        return (*asked, services.context()) if self.uses_context else asked


@dataclass(frozen=True, slots=True)
class _Telling:
    answers: Answers
    label: str
    services: Services
    tool: str | None

    def given(self, answer: Answer, because: str | None = None) -> Json:
        """Tell of an answer that is given again; the answer."""
        age = self.answers.age(answer)
        about = {"age": age, "stale": because is not None, "because": because, "tool": self.tool}
        if because is not None:
            self.services.marks.degrade()
        self.services.tell(CacheAnswered, self.label, **about)
        return json.loads(answer.text)

    def failed(self, key: Key, error: Exception) -> Json:
        """What may stand in for the answer; the error, where nothing may."""
        stale = self.answers.stale(key)
        if stale is None:
            raise error
        return self.given(stale, describe_error(error, self.services.hidden))


def _waiting(coming: Coming, patience: float | None) -> Invoke:
    """Waits for an equal call's end; False where nobody can wait (a loop would stand still), or not so long."""

    def blocking() -> bool:
        if asyncio._get_running_loop() is not None:  # noqa: SLF001  # documented; the other way raises
            return coming.done()
        return clock().wait(coming, patience)

    async def awaiting() -> bool:
        # Who is cancelled here leaves the call that it waited for alone.
        with clock().timeout(patience) as scope, suppress(TimeoutError):
            async with scope:
                await asyncio.shield(asyncio.wrap_future(coming))
        return coming.done()

    return Invoke(blocking, awaiting)


def recalling_of(
    body: Body, cache: Cache | None, *, about: tuple[str, ...] = (), role: str | None = None
) -> Recalling | None:
    """The answers of a body that may be given again; None: none may."""
    if cache is None:
        return None
    bodies = [body, *(tool.implementation for tool in body.tools.values())]
    uses_context = any(one.signature.context is not None for one in bodies)
    return Recalling(body.function, cache, about, uses_context, role)
