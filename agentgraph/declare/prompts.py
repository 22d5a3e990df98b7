"""Prompts: a text in the code, or a file beside the module."""

from __future__ import annotations

import hashlib
import string
from pathlib import Path

from agentgraph.errors import DeclarationError, Problem
from agentgraph.model.agent import Prompt

SUFFIXES = (".md", ".txt", ".prompt")


def read_prompt(prompt: str | Path, module_file: str | None) -> Prompt:
    """The prompt as data. A `Path`, or one line that ends in .md, .txt or .prompt, is a file.

    Files are looked up beside the module. DeclarationError: no such file, or `{` and `}` that
    do not pair up.
    """
    if _is_file(prompt):
        text = _file_text(Path(prompt), module_file)
        return _prompt(text, str(prompt))
    return _prompt(str(prompt), None)


def _is_file(prompt: str | Path) -> bool:
    return isinstance(prompt, Path) or ("\n" not in prompt and prompt.endswith(SUFFIXES))


def _file_text(path: Path, module_file: str | None) -> str:
    beside = Path(module_file).parent / path if module_file else path
    try:
        return beside.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise DeclarationError(
            [
                Problem(
                    f"the prompt file {str(path)!r} cannot be read: {reason}",
                    help=f"it is looked for at {beside}",
                )
            ]
        ) from None


def _prompt(text: str, file: str | None) -> Prompt:
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise DeclarationError(
            [
                Problem(
                    f"the prompt's placeholders cannot be read: {error}",
                    help="write {{ and }} for literal braces",
                )
            ]
        ) from None
    bad = [name for name in names if not name.isidentifier()]
    if bad:
        raise DeclarationError(
            [
                Problem(
                    f"{{{name}}} is not a placeholder for a parameter",
                    help="write {{ and }} for literal braces",
                )
                for name in bad
            ]
        )
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Prompt(text=text, digest=digest, variables=tuple(dict.fromkeys(names)), file=file)
