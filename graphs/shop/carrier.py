"""The parcel carrier: a small HTTP service on loopback, and how the shop asks it.

The service can be told to be slow or to fail, by its maker or over HTTP, so that timeouts,
retries and fallbacks have something to show:

    python -m graphs.shop.carrier --port 8085 --delay 3
    curl -X PUT http://127.0.0.1:8085/mood -d '{"delay": 0, "failures": 2}'
"""

from __future__ import annotations

import argparse
import json
import threading
import urllib.error
import urllib.request
from datetime import date
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field

PARCELS = Path(__file__).parents[1] / "data" / "parcels.json"

ParcelStatus = Literal["in_transit", "out_for_delivery", "held", "delivered"]


class ParcelEvent(BaseModel):
    on: date
    place: str
    what: str


class Parcel(BaseModel):
    """What the carrier knows of a parcel; events oldest first, at least the hand-over."""

    status: ParcelStatus
    expected_on: date
    events: Annotated[list[ParcelEvent], Field(min_length=1)]


class CarrierError(Exception):
    """The carrier cannot be reached, or answers with a fault of its own."""


class Mood(BaseModel, extra="forbid"):
    """How the carrier feels: seconds that it waits before each answer, requests it will fail."""

    delay: Annotated[float, Field(ge=0)] = 0.0
    failures: Annotated[int, Field(ge=0)] = 0


def fetch_parcel(url: str, code: str, *, timeout: float = 5.0) -> Parcel | None:
    """The carrier's record of a parcel; None: it knows none of that code.

    `timeout` is seconds of silence. CarrierError: no answer, or not a usable one.
    """
    request = urllib.request.Request(f"{url}/parcels/{code}")  # noqa: S310  # the shop's own URL
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:  # noqa: S310
            return Parcel.model_validate_json(reply.read())
    except urllib.error.HTTPError as error:
        with error:
            if error.code == HTTPStatus.NOT_FOUND:
                return None
            raise CarrierError(f"the carrier answered {error.code}") from error
    except (OSError, ValueError) as error:
        raise CarrierError(f"no usable answer from the carrier: {error}") from error


class CarrierServer:
    """The carrier, running on a loopback port from entry to exit; port 0 takes a free one."""

    def __init__(self, *, port: int = 0, delay: float = 0.0, failures: int = 0) -> None:
        self.mood = Mood(delay=delay, failures=failures)
        self.asked: list[str] = []
        """The parcel codes asked for, in order, failed requests included."""
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._parcels: dict[str, Any] = json.loads(PARCELS.read_text(encoding="utf-8"))
        self._server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, code: str) -> tuple[HTTPStatus, object]:
        """Status and body for a parcel code, after the delay and with the failures in force."""
        with self._lock:
            self.asked.append(code)
            failing = self.mood.failures > 0
            self.mood = self.mood.model_copy(update={"failures": max(0, self.mood.failures - 1)})
            delay = self.mood.delay
        self.stopping.wait(delay)
        if failing:
            return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "out of order"}
        if code not in self._parcels:
            return HTTPStatus.NOT_FOUND, {"error": "no such parcel"}
        return HTTPStatus.OK, self._parcels[code]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, carrier: CarrierServer, *args: Any) -> None:
        self.carrier = carrier
        super().__init__(*args)

    def do_GET(self) -> None:  # the name that http.server looks for
        kind, _, code = self.path.removeprefix("/").partition("/")
        if kind == "parcels":
            self._reply(*self.carrier.answer(code))
        elif kind == "asked":
            self._reply(HTTPStatus.OK, self.carrier.asked)
        else:
            self._reply(HTTPStatus.NOT_FOUND, {"error": "ask for /parcels/CODE or /asked"})

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self.carrier.mood = Mood.model_validate_json(body)
        except ValueError as error:
            self._reply(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        else:
            self._reply(HTTPStatus.OK, self.carrier.mood.model_dump())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # overridden as it is
        """Nothing: a run's own output is what people came to see."""

    def _reply(self, status: HTTPStatus, body: object) -> None:
        data = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except ConnectionError:
            # Who asked has lost patience: that is what being slow is for.
            self.close_connection = True


def main() -> None:
    parser = argparse.ArgumentParser(description="The carrier that the shop asks.")
    parser.add_argument("--port", type=int, default=8085)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--failures", type=int, default=0, help="requests to fail")
    wanted = parser.parse_args()
    try:
        carrier = CarrierServer(port=wanted.port, delay=wanted.delay, failures=wanted.failures)
    except OSError as error:
        parser.error(f"cannot listen on port {wanted.port}: {error.strerror}; try another --port")
    with carrier:
        print(f"the carrier answers at {carrier.url}", flush=True)
        try:
            carrier.stopping.wait()
        except KeyboardInterrupt:
            print("closed")


if __name__ == "__main__":
    main()
