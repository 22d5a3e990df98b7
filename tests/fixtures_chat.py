"""A server on the loopback that speaks the chat-completions protocol, saying what a test scripts.

chat_server      answers in turn: a text, a dict (sent as its JSON), `Calls(...)`, or a `Status`
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.loopback import LoopbackServer


@dataclass(frozen=True)
class Status:
    """An HTTP error."""

    code: int
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Calls:
    """A message that calls functions: (name, arguments) each."""

    calls: tuple[tuple[str, dict[str, Any]], ...]


class ChatServer(LoopbackServer):
    """`script` holds the answers to come; `requests` what was asked."""

    def __init__(self) -> None:
        self.script: list[Any] = []
        self.requests: list[dict[str, Any]] = []
        super().__init__(_handler(self))

    @property
    def url(self) -> str:
        return f"{super().url}/v1"


def _handler(server: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.requests.append(request)
            answer = server.script.pop(0)
            if isinstance(answer, Status):
                self._send(answer.code, "application/json", b'{"error": {"message": "no"}}', answer)
            elif request.get("stream"):
                self._send(200, "text/event-stream", _streamed(answer))
            else:
                self._send(200, "application/json", json.dumps(_whole(answer)).encode())

        def _send(self, code: int, kind: str, body: bytes, status: Status | None = None) -> None:
            self.send_response(code)
            for name, value in (status.headers if status else {}).items():
                self.send_header(name, value)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    return Handler


USAGE = {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}


def _message(answer: Any) -> dict[str, Any]:
    if isinstance(answer, Calls):
        calls = [
            {
                "id": f"call_{index}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for index, (name, arguments) in enumerate(answer.calls)
        ]
        return {"role": "assistant", "content": None, "tool_calls": calls}
    content = answer if isinstance(answer, str) else json.dumps(answer)
    return {"role": "assistant", "content": content}


def _whole(answer: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": _message(answer), "finish_reason": "stop"}
    return {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1,
        "model": "small-1",
        "choices": [choice],
        "usage": USAGE,
    }


def _streamed(answer: Any) -> bytes:
    """Word by word, then the usage, as the protocol has it."""
    words = _message(answer)["content"].split(" ")
    parts = [word if index == 0 else f" {word}" for index, word in enumerate(words)]
    base = {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": "small-1"}
    chunks: list[dict[str, Any]] = [
        {**base, "choices": [{"index": 0, "delta": {"role": "assistant", "content": part}}]}
        for part in parts
    ]
    stop = {"index": 0, "delta": {}, "finish_reason": "stop"}
    chunks += [{**base, "choices": [stop]}, {**base, "choices": [], "usage": USAGE}]
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return "".join([*lines, "data: [DONE]\n\n"]).encode()


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server
