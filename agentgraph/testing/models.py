"""A chat model that says what a test scripts: no network, no provider, the real protocol."""

from __future__ import annotations

import copy
import json
import re
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from agentgraph.model.contract import Json
from agentgraph.observe.clock import clock
from agentgraph.testing.answers import Call, Prose, Reply, Request, ScriptEndedError, as_request

Script = Sequence[Any] | Callable[[Request], Any]


class ScriptedModel(BaseChatModel):
    """A langchain-core chat model for `models={...}` that answers as `script` says.

    `script` is a list, its answers given in turn, or a function of the `Request`. An answer is a
    text; JSON, where a structured answer is asked for; a `Call` of a tool or a list of them; an
    exception, which is raised; `Prose`; an `AIMessage`; or a `Reply` around any of these, with
    tokens, time and reasoning. ScriptEndedError: the list has come to its end.

    `tokens` are (input, output) of answers that say none
    themselves; None: like a provider that reports none. Agents that run side by side take the
    answers of one list as they come: give those a function.
    """

    model: str = "scripted"
    tokens: tuple[int, int] | None = None
    script: Any = ()
    _requests: list[Request] = PrivateAttr(default_factory=list)
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    def __init__(
        self,
        script: Script,
        *,
        model: str = "scripted",
        tokens: tuple[int, int] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self.script = script if callable(script) else tuple(script)
        self.model = model
        self.tokens = tokens

    @property
    def requests(self) -> list[Request]:
        """What it was asked so far."""
        return self._requests

    @property
    def unused(self) -> int:
        """How many answers of its list nobody has asked for yet; 0 for a function."""
        return 0 if callable(self.script) else max(0, len(self.script) - len(self.requests))

    @property
    def _llm_type(self) -> str:
        return "agentgraph-scripted"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        """The model with functions that it may call; the one that it must call is its answer."""
        functions = [convert_to_openai_tool(one) for one in tools]
        if tool_choice == "any" and len(functions) == 1:
            kwargs["answer_with"] = functions[0]["function"]["name"]
        return self.bind(tools=functions, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  # langchain's signature
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002  # as above
        **kwargs: Any,
    ) -> ChatResult:
        request, reply = self._next(messages, kwargs)
        if reply.seconds:
            clock().sleep(reply.seconds)
        return _result(self._message(request, reply))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  # as above
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002  # as above
        **kwargs: Any,
    ) -> ChatResult:
        request, reply = self._next(messages, kwargs)
        if reply.seconds:
            await clock().asleep(reply.seconds)
        return _result(self._message(request, reply))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        result = self._generate(messages, stop, run_manager, **kwargs)
        for chunk in _chunks(result):
            if run_manager is not None:
                run_manager.on_llm_new_token(str(chunk.message.text), chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        result = await self._agenerate(messages, stop, run_manager, **kwargs)
        for chunk in _chunks(result):
            if run_manager is not None:
                await run_manager.on_llm_new_token(str(chunk.message.text), chunk=chunk)
            yield chunk

    def _next(self, messages: list[BaseMessage], kwargs: dict[str, Any]) -> tuple[Request, Reply]:
        with self._lock:
            number = len(self.requests) + 1
            request = as_request(
                number, messages, kwargs.get("tools", ()), kwargs.get("answer_with")
            )
            if not callable(self.script) and number > len(self.script):
                raise ScriptEndedError(f"the model {self.model!r}", len(self.script))
            self.requests.append(request)
        answer = self.script(request) if callable(self.script) else self.script[number - 1]
        return request, answer if isinstance(answer, Reply) else Reply(answer=answer)

    def _message(self, request: Request, reply: Reply) -> AIMessage:
        answer = reply.answer
        if isinstance(answer, BaseException) or _is_error_class(answer):
            raise answer
        made = copy.copy(answer) if isinstance(answer, AIMessage) else _said(request, answer)
        if reply.reasoning:
            text = [{"type": "text", "text": str(made.text)}] if made.text else []
            made.content = [{"type": "reasoning", "reasoning": reply.reasoning}, *text]
        made.response_metadata = {"model_name": self.model, **made.response_metadata}
        made.usage_metadata = made.usage_metadata or self._usage(reply)
        made.id = made.id or f"scripted-{request.number}"
        return made

    def _usage(self, reply: Reply) -> UsageMetadata | None:
        given, answered = reply.input_tokens, reply.output_tokens
        if given is None and answered is None:
            if self.tokens is None:
                return None
            given, answered = self.tokens
        given, answered = given or 0, answered or 0
        return UsageMetadata(
            input_tokens=given, output_tokens=answered, total_tokens=given + answered
        )


def _is_error_class(answer: Any) -> bool:
    return isinstance(answer, type) and issubclass(answer, BaseException)


def _said(request: Request, answer: Any) -> AIMessage:
    calls = [answer] if isinstance(answer, Call) else answer
    if isinstance(calls, list | tuple) and calls and all(isinstance(one, Call) for one in calls):
        return AIMessage("", tool_calls=[_call(one.tool, one.arguments) for one in calls])
    if isinstance(answer, Prose):
        return AIMessage(answer.text)
    if request.answer is not None and request.schema is not None:
        return AIMessage("", tool_calls=[_call(request.answer, _wrapped(request.schema, answer))])
    return AIMessage(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))


def _wrapped(schema: dict[str, Any], answer: Json) -> dict[str, Json]:
    """The answer as an object: what is none stands in the one property that the schema has for it."""
    names = list(schema.get("properties", {}))
    if len(names) == 1 and not (isinstance(answer, dict) and names[0] in answer):
        return {names[0]: answer}
    return answer if isinstance(answer, dict) else {"value": answer}


def _call(name: str, arguments: dict[str, Json]) -> Any:
    return tool_call(name=name, args=arguments, id=f"call-{uuid.uuid4().hex[:12]}")


def _result(message: AIMessage) -> ChatResult:
    return ChatResult(generations=[ChatGeneration(message=message)])


def _chunks(result: ChatResult) -> Iterator[ChatGenerationChunk]:
    """The message word by word; what it calls, and the tokens, come last."""
    message = result.generations[0].message
    if not isinstance(message, AIMessage):
        raise TypeError("a scripted model answers with an AIMessage")
    parts: list[Any] = (
        re.findall(r"\S+\s*|\s+", message.content)
        if isinstance(message.content, str)
        else [message.content]
    )
    for part in parts:
        yield ChatGenerationChunk(message=AIMessageChunk(content=part, id=message.id))
    calls = [
        tool_call_chunk(name=one["name"], args=json.dumps(one["args"]), id=one["id"], index=index)
        for index, one in enumerate(message.tool_calls)
    ]
    last = AIMessageChunk(
        content="" if isinstance(message.content, str) else [],
        id=message.id,
        tool_call_chunks=calls,
        usage_metadata=message.usage_metadata,
        response_metadata=message.response_metadata,
        chunk_position="last",
    )
    yield ChatGenerationChunk(message=last)
