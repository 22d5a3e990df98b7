"""Asking a person: the run waits, the answer is held against its contract, and may be given again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentgraph.call.prepared import Prepared
from agentgraph.call.services import Services
from agentgraph.contracts.types import codec
from agentgraph.errors import ContractViolation
from agentgraph.model.contract import Json
from agentgraph.observe.events import AnswerRefused, PersonAnswered, PersonAsked


def asked(services: Services, question: Mapping[str, Json]) -> Json:
    """A person's answer to a question. Who listens is told of both: of the one when it begins to wait."""
    about = {"agent": question["agent"], "asks": question["asks"] or ""}
    try:
        answer = services.pause(question)
    except services.signals:
        services.tell(PersonAsked, **about)
        raise
    services.tell(PersonAnswered, **about)
    return answer


def ask_person(agent: Prepared, arguments: dict[str, Any], services: Services) -> Json:
    """The first answer that fits, as JSON. Each one that does not is refused, with the reasons, and asked again."""
    if agent.answer is None:
        raise TypeError(f"{agent.label} asks nobody")
    question: dict[str, Json] = {
        "asks": agent.spec.asks,
        "agent": agent.label,
        "shown": _shown(agent, arguments),
        "answer": agent.spec.output.accepted,
    }
    while True:
        answer = asked(services, question)
        try:
            return agent.answer.to_json(agent.answer.from_json(answer))
        except ContractViolation as error:
            problems = tuple(str(problem) for problem in error.problems)
            if services.hidden is not None:
                services.hidden.learn_result(agent.spec, answer)
            services.tell(AnswerRefused, agent.label, problems=problems)
            question = {**question, "refused": answer, "problems": list(problems)}


def _shown(agent: Prepared, arguments: dict[str, Any]) -> dict[str, Json]:
    annotations = {
        parameter.name: parameter.view or parameter.annotation
        for parameter in agent.body.signature.parameters
    }
    return {name: codec(annotations[name]).to_json(value) for name, value in arguments.items()}
