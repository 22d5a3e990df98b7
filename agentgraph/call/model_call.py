"""Asking a model: the prompt rendered, the output contract as structure, violations fed back.

Models are langchain-core chat models; what comes back is held against the contract here,
whatever the provider promised.
"""

from __future__ import annotations

import json
from typing import Any

from agentgraph.call.deadlines import in_time
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import NoModelError
from agentgraph.call.known import root
from agentgraph.call.model_tools import called, function_of, in_order, offered
from agentgraph.call.prepared import Prepared
from agentgraph.call.prompting import answer_schema, render, unwrapped
from agentgraph.call.replies import made_reply, reasoning_of, request_hash, told_reply, usage_of
from agentgraph.call.running import Running
from agentgraph.call.services import Services
from agentgraph.call.steps import Done, Form, recorded
from agentgraph.call.strands import stand
from agentgraph.call.together import together
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.contract import Json
from agentgraph.observe.clock import clock
from agentgraph.observe.events import AnswerRefused, ModelAnswered, ModelAsked, Unmetered

REPAIRS = 2
"""How often a violation is fed back before the attempt fails."""
ROUNDS = 10
"""How many answers of a model may ask for tools before the attempt fails."""
ANSWER = "answer"
"""The function that a model with tools calls to answer."""


def ask_model(
    agent: Prepared, arguments: dict[str, Any], services: Services, role: str, attempt: int
) -> Steps[Json]:
    """The model's answer as JSON that fits the contract. ContractViolation: none of its tries did."""
    # One that led nowhere is another conversation, and tells nothing of how this one has to go.
    number = services.recorder.conversation if services.recorder is not None else 0
    running = Running(agent, services, attempt, f"@{role}.{number}")
    stand(services, root(running.scope))
    asking = _Asking(agent, running, role, render(agent, arguments))
    return (yield from (asking.with_tools() if agent.body.tools else asking.straight()))


class _Asking:
    """One conversation with a model, until it has answered in the shape that is promised."""

    def __init__(self, agent: Prepared, running: Running, role: str, messages: list[Any]) -> None:
        self._agent, self._running, self._role = agent, running, role
        services = self._services = running.services
        self._messages = messages
        self._model = _model(agent, services, role)
        self._text = agent.spec.output.accepted == {"type": "string"}
        self._tries = 1 + REPAIRS

    def straight(self) -> Steps[Json]:
        """The answer of a model that has no tools."""
        model = self._model if self._text else self._structured()
        while True:
            reply = yield from self._ask(model, {} if self._text else answer_schema(self._agent))
            raw = reply if self._text else reply["raw"]
            try:
                return _answer(self._agent, _text(raw) if self._text else _parsed(reply))
            except ContractViolation as error:
                answer = _text(raw) if self._text else reply["parsed"]
                problems = self._refused(error, answer)
                self._messages = [*self._messages, *_fed_back(raw, problems)]

    def with_tools(self) -> Steps[Json]:
        """The answer of a model that may call the agent's tools first."""
        functions = [*offered(self._agent), *self._answer_function()]
        model = self._model.bind_tools(functions)
        for _ in range(ROUNDS):
            reply = yield from self._ask(model, functions)
            answer = next((call for call in reply.tool_calls if call["name"] == ANSWER), None)
            if not self._text and (answer is not None or not reply.tool_calls):
                value = answer["args"] if answer is not None else _loads(_text(reply))
                try:
                    return _answer(self._agent, value)
                except ContractViolation as error:
                    self._messages = [
                        *self._messages,
                        *_fed_back(reply, self._refused(error, value)),
                    ]
            elif not reply.tool_calls:
                return _answer(self._agent, _text(reply))
            else:
                self._messages = [*self._messages, reply]
                for calls in in_order(self._agent, reply.tool_calls):
                    steps = [called(self._agent, self._running, call) for call in calls]
                    self._messages = [*self._messages, *(yield from together(steps))]
        self._led_nowhere()
        problem = Problem(f"no answer after {ROUNDS} rounds of tool calls")
        raise ContractViolation([problem], f"{self._agent.label} got no answer from its model")

    def _structured(self) -> Any:
        return self._model.with_structured_output(answer_schema(self._agent), include_raw=True)

    def _ask(self, model: Any, shape: Json) -> Steps[Any]:
        recorder = self._running.recorder
        if recorder is None:
            return (yield from self._answered(model))
        again = recorder.conversation
        asked = self._running.ask("model", self._role, request_hash(self._messages, shape, again))
        fresh: list[Any] = []

        def once() -> Steps[Done]:
            reply = yield from self._answered(model)
            fresh.append(reply)
            given, answered = usage_of(reply)
            tokens = None if given is None or answered is None else [given, answered]
            cost = self._services.cost(self._role, given, answered)
            return Done(told_reply(reply), tokens, cost)

        reply, record = yield from recorded(self._running, recorder, asked, _REPLY, once)
        if record is not None:  # paid for before: it counts for the turn, and not for this run
            self._spend(reply)
        return fresh[0] if fresh and record is None else reply

    def _answered(self, model: Any) -> Steps[Any]:
        started = clock().monotonic()
        self._services.tell(
            ModelAsked,
            self._agent.label,
            role=self._role,
            messages=len(self._messages),
            tools=tuple(self._agent.body.tools),
        )
        reply = yield from in_time(
            self._agent.label,
            self._services,
            self._agent.policies.timeout,
            lambda seconds: _asked(model, list(self._messages), seconds),
        )
        self._tell(reply, clock().monotonic() - started)
        self._spend(reply)
        return reply

    def _tell(self, reply: Any, seconds: float) -> None:
        raw = reply["raw"] if isinstance(reply, dict) else reply
        given, answered = usage_of(reply)
        self._services.tell(
            ModelAnswered,
            self._agent.label,
            role=self._role,
            model=(getattr(raw, "response_metadata", None) or {}).get("model_name"),
            seconds=seconds,
            input_tokens=given,
            output_tokens=answered,
            cost=self._services.cost(self._role, given, answered),
            calls=tuple(call["name"] for call in getattr(raw, "tool_calls", None) or ()),
            reasoning=self._reasoning(raw),
        )

    def _reasoning(self, raw: Any) -> str | None:
        """What the model says it thought. Of one that was shown labelled data, only that it did."""
        told = reasoning_of(raw)
        if told is None or self._services.hidden is None:
            return told
        return self._services.hidden.paraphrase(told)

    def _spend(self, reply: Any) -> None:
        for graph, bound in self._services.spend(self._role, *usage_of(reply)):
            tell = self._services.tell
            tell(Unmetered, self._agent.label, graph=graph, bound=bound, role=self._role)

    def _led_nowhere(self) -> None:
        if self._running.recorder is not None:
            self._running.recorder.led_nowhere()

    def _refused(self, error: ContractViolation, answer: Json) -> tuple[str, ...]:
        """Tell of an answer that does not fit; its problems. ContractViolation: it was the last try."""
        if self._services.hidden is not None:
            self._services.hidden.learn_result(self._agent.spec, unwrapped(self._agent, answer))
        problems = tuple(str(problem) for problem in error.problems)
        self._services.tell(AnswerRefused, self._agent.label, problems=problems)
        self._tries -= 1
        if not self._tries:
            self._led_nowhere()
            raise error
        return problems

    def _answer_function(self) -> list[dict[str, Any]]:
        if self._text:
            return []
        schema = answer_schema(self._agent)
        return [function_of(ANSWER, "Give the answer. Call it last, once.", schema)]


_REPLY = Form("reply", made_reply)


def _model(agent: Prepared, services: Services, role: str) -> Any:
    model = services.models.get(role, services.models.get("default"))
    if model is None:
        raise NoModelError(agent.label, role)
    return model


def _asked(runnable: Any, messages: list[Any], timeout: float | None) -> Invoke:
    return Invoke(lambda: runnable.invoke(messages), lambda: runnable.ainvoke(messages), timeout)


def _loads(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _parsed(reply: Any) -> Json:
    if reply["parsed"] is None:
        error = reply.get("parsing_error")
        raise ContractViolation(
            [Problem(f"no structured answer: {error or 'the model called no function'}")]
        )
    return reply["parsed"]


def _answer(agent: Prepared, value: Json) -> Json:
    if agent.answer is None:
        raise TypeError(f"{agent.label} asks no model")
    return agent.answer.to_json(agent.answer.from_json(unwrapped(agent, value)))


def _text(message: Any) -> str:
    return str(message.text)


def _fed_back(raw: Any, problems: tuple[str, ...]) -> list[Any]:
    from langchain_core.messages import AIMessage, HumanMessage

    said = _text(raw) or json.dumps(
        [call["args"] for call in getattr(raw, "tool_calls", [])], ensure_ascii=False
    )
    listed = "\n".join(f"- {problem}" for problem in problems)
    return [
        AIMessage(said),
        HumanMessage(
            f"That does not fit the required structure:\n{listed}\nAnswer again, mending all of it."
        ),
    ]
