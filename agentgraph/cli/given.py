"""JSON given on the command line: the text itself, `@FILE`, or `-` for stdin."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from agentgraph.errors import Problem, SettingsError
from agentgraph.model.contract import Json


def read_given(text: str, option: str) -> Json:
    """The JSON value that an option gives. SettingsError: it cannot be read, or is not JSON."""
    try:
        source = _source(text)
        return json.loads(source, parse_constant=_refuse)
    except OSError as error:
        reason = error.strerror or str(error)
        raise _error(f"cannot read {text.removeprefix('@')}: {reason}", option) from error
    except UnicodeDecodeError as error:
        raise _error(f"{text.removeprefix('@')} is not UTF-8 text", option) from error
    except RecursionError as error:
        raise _error("it is nested too deeply", option) from error
    except ValueError as error:
        help_ = f"""write {option} '{{"name": "value"}}', {option} @file.json or {option} -"""
        raise _error(f"not JSON: {error}", option, help_) from error


def _source(text: str) -> str:
    if text == "-":
        return sys.stdin.read()
    if text.startswith("@"):
        return Path(text[1:]).read_text(encoding="utf-8")
    return text


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _error(message: str, option: str, help_: str = "") -> SettingsError:
    return SettingsError([Problem(message, where=option, help=help_)])
