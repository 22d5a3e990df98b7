"""A server on the loopback that counts what is done to it, honours idempotency keys, and answers as a model."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.loopback import LoopbackServer

ID = re.compile(r"#[\w.:-]+#")


class EffectsServer(LoopbackServer):
    """`asked` counts requests by what they name, `effects` what was done for it.

    A request with a key that was seen is answered as it was the first time, and nothing is done;
    `conflicts` are keys that came with another body.
    """

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.effects: Counter[str] = Counter()
        self.conflicts: list[str] = []
        self.keys: defaultdict[str, set[str]] = defaultdict(set)
        self.began = threading.Event()
        self._bodies: dict[str, Any] = {}
        self._lock = threading.Lock()
        super().__init__(_handler(self))

    def done(self, body: dict[str, Any], key: str | None) -> dict[str, Any]:
        """An effect, unless its key was seen."""
        self.began.set()
        what = body["id"]
        with self._lock:
            self.asked[what] += 1
            if key is None:
                self.effects[what] += 1
            else:
                self.keys[what].add(key)
                if self._bodies.setdefault(key, body) is body:
                    self.effects[what] += 1
                elif self._bodies[key] != body:
                    self.conflicts.append(key)
        return {"id": what, "amount": body.get("amount", 0)}

    def said(self, request: dict[str, Any]) -> dict[str, Any]:
        """A model's answer: a tool call first, where it is offered tools."""
        self.began.set()
        messages = request["messages"]
        (topic,) = ID.findall(messages[0]["content"])
        what = f"{topic[:-1]}:{len(messages)}#"
        with self._lock:
            self.asked[what] += 1
        if not request.get("tools") or len(messages) > 1:
            return {"role": "assistant", "content": what}
        arguments = json.dumps({"name": f"{topic[:-1]}:looked#"})
        function = {"name": "look_up", "arguments": arguments}
        call = {"id": f"call {what}", "type": "function", "function": function}
        return {"role": "assistant", "content": None, "tool_calls": [call]}


def _handler(server: EffectsServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            try:
                self._answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            except (OSError, ValueError):
                self.close_connection = True  # who asked was killed

        def _answer(self, body: dict[str, Any]) -> None:
            if self.path == "/effects":
                made = server.done(body, self.headers.get("idempotency-key"))
            else:
                choice = {"index": 0, "message": server.said(body), "finish_reason": "stop"}
                usage = {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}
                made = {
                    "id": "chat",
                    "object": "chat.completion",
                    "created": 1,
                    "model": "small-1",
                    "choices": [choice],
                    "usage": usage,
                }
            data = json.dumps(made).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    return Handler
