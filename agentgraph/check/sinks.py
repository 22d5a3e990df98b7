"""Calls that make text into something that is obeyed: a command, code, a query, an address."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from agentgraph.read.facts import Argument, Call, Piece

_SHELLS = frozenset(
    {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
    | {"asyncio.create_subprocess_shell"}
)
_PROGRAMS = frozenset(
    f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")
)
_CODE = frozenset({"builtins.eval", "builtins.exec"})
_EXECUTING = frozenset({"execute", "executemany", "executescript"})
_SQL = re.compile(
    r"\s*(?:select\b.*\bfrom\b|insert\s+into\b|update\b.*\bset\b|delete\s+from\b|drop\s+table\b"
    r"|with\b.*\bas\s*\(|alter\s+table\b|create\s+(?:table|view|index)\b)",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESSED = frozenset({"urllib.request.urlopen", "urllib.request.Request"})
_CLIENTS = re.compile(
    r"(?:requests|httpx)(?:\.(?:Session|session|Client|AsyncClient)\(\))?"
    r"|aiohttp\.ClientSession\(\)"
)
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_HOST_ENDS = re.compile(r"://[^/?#]+[/?#]")


class Sink(Struct, frozen=True, eq=False):
    """What text becomes there: `what` in words, `parameters` those that it is made of."""

    what: str
    parameters: frozenset[str]


def sink_of(call: Call) -> Sink | None:
    """What the text of a call's argument becomes; None: nothing that is obeyed, or not by any parameter."""
    for what, parameters in (
        ("a command", _command(call)),
        ("code", _code(call)),
        ("a query", _query(call)),
        ("the host of a URL", _host(call)),
    ):
        if parameters:
            return Sink(what, parameters)
    return None


def _command(call: Call) -> frozenset[str]:
    command = call.argument(0, "args", "cmd")
    if command is None:
        return frozenset()
    shell = call.argument(None, "shell")
    by_shell = shell is not None and shell.constant is True
    if call.name in _SHELLS or (call.name in _PROGRAMS and by_shell and not command.is_list):
        return _all(command.pieces)
    if call.name in _PROGRAMS and not command.is_list:
        return _all(command.pieces)  # a text alone names the program that is started
    return frozenset()


def _code(call: Call) -> frozenset[str]:
    code = call.argument(0) if call.name in _CODE else None
    return _all(code.pieces) if code is not None else frozenset()


def _query(call: Call) -> frozenset[str]:
    """Only where it is put together: `execute(query)` may be what the tool is there for."""
    executes = call.written.rpartition(".")[2] in _EXECUTING or call.name == "sqlalchemy.text"
    query = call.argument(0) if executes else None
    if query is None or len(query.pieces) < 2:
        return frozenset()
    written = "?".join(piece.text or "" for piece in query.pieces)
    return _all(query.pieces) if _SQL.match(written) else frozenset()


def _host(call: Call) -> frozenset[str]:
    address = _address(call)
    if address is None or len(address.pieces) < 2:
        return frozenset()  # an address as a whole may be what the tool is there for
    text, holes = "", []
    for piece in address.pieces:
        holes += [piece] if piece.text is None else []
        text += "x" if piece.text is None else piece.text
        if _HOST_ENDS.search(text):
            break
    return _all(holes) if re.match(r"\s*https?://", text) else frozenset()


def _address(call: Call) -> Argument | None:
    if call.name in _ADDRESSED:
        return call.argument(0, "url")
    client, _, verb = call.name.rpartition(".")
    if verb in _VERBS and _CLIENTS.fullmatch(client):
        return call.argument(0, "url")
    return None


def _all(pieces: Iterable[Piece]) -> frozenset[str]:
    return frozenset().union(*(piece.parameters for piece in pieces))
