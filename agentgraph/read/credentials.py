"""Text that looks like a real credential: by its prefix, its length, and how little it repeats itself."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from msgspec import Struct

_LETTERS = "[A-Za-z0-9_-]"
_NEWLINE = r"(?:\s|\\n|\\r)"
_KINDS: tuple[tuple[str, str], ...] = (
    ("a key of Anthropic", rf"\bsk-ant-(?P<secret>{_LETTERS}{{24,}})"),
    ("a key of OpenAI", rf"\bsk-(?:proj-|svcacct-|admin-)?(?P<secret>{_LETTERS}{{32,}})"),
    ("an access key of AWS", r"\b(?:AKIA|ASIA)(?P<secret>[0-9A-Z]{16})\b"),
    ("a token of GitHub", r"\bgh[pousr]_(?P<secret>[A-Za-z0-9]{36,})\b"),
    ("a token of GitHub", r"\bgithub_pat_(?P<secret>[A-Za-z0-9_]{30,})\b"),
    ("a token of GitLab", rf"\bglpat-(?P<secret>{_LETTERS}{{20,}})"),
    ("a token of Slack", r"\bxox[abeoprs]-(?P<secret>[A-Za-z0-9-]{20,})"),
    ("a key of Google", rf"\bAIza(?P<secret>{_LETTERS}{{35}})"),
    ("a live key of Stripe", r"\b[sr]k_live_(?P<secret>[A-Za-z0-9]{16,})\b"),
    ("a token of Hugging Face", r"\bhf_(?P<secret>[A-Za-z0-9]{30,})\b"),
    ("a token of npm", r"\bnpm_(?P<secret>[A-Za-z0-9]{36})\b"),
    ("a token of PyPI", rf"\bpypi-(?P<secret>AgE{_LETTERS}{{60,}})"),
    (
        "a private key",
        (
            rf"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----{_NEWLINE}*"
            rf"(?P<secret>(?:[A-Za-z0-9+/=]|{_NEWLINE}){{40,}})"
        ),
    ),
    (
        "a signed token (JWT)",
        rf"\beyJ(?P<secret>{_LETTERS}{{10,}}\.eyJ{_LETTERS}{{10,}}\.{_LETTERS}{{20,}})",
    ),
    (
        "a password in a URL",
        (
            r"\b[a-z][a-z0-9+.-]{0,30}://(?P<user>[^\s:/@\"'{}<>$]*):(?P<secret>[^\s:/@\"'{}<>$%]{6,})"
            r"@(?P<host>[\w.-]+)"
        ),
    ),
)
# Every text is held against this one; against the others only where it says that there may be one.
_HINTS = re.compile(
    r"sk-|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|AIza|k_live_|hf_|npm_|pypi-|PRIVATE KEY|eyJ"
    r"|://[^\s/@]*:[^\s/@]+@"
)
_PLACEHOLDER = (
    r"(?i)example|your|changeme|change_me|placeholder|dummy|fake|sample|test|redacted|secret|passw"
    r"|xxx|\*\*\*|\.\.\.|1234567|abcdef|todo|insert|replace|hunter2|tiger"
)
_HERE = (
    r"localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|.*\.(?:example|test|invalid|local)"
    r"|(?:.*\.)?example\.(?:com|org|net)|[a-z]+"
)
_LEAST = 3.0
"""Bits of a letter; a random key has four or more, a word in capitals repeated has two."""


class Credential(Struct, frozen=True, eq=False):
    """Something like a secret: `kind` in words, `shown` what of it may be printed, `start` and `end` in the text."""

    kind: str
    shown: str
    start: int
    end: int


def may_hold_credentials(text: str) -> bool:
    """A quick look: False is certain."""
    return _HINTS.search(text) is not None


def credentials_in(text: str) -> Iterator[Credential]:
    """Every credential in a text, each place once."""
    taken: list[tuple[int, int]] = []
    for kind, pattern in _KINDS if may_hold_credentials(text) else ():
        for found in re.finditer(pattern, text):
            start, end = found.span("secret")
            overlaps = any(start < other_end and other < end for other, other_end in taken)
            if not overlaps and _is_real(kind, found):
                taken.append((start, end))
                prefix = text[found.start() : start] if kind != "a password in a URL" else ""
                yield Credential(kind, f"{prefix.strip()[:24]}...", start, end)


def masked(text: str) -> str:
    """The text without its credentials."""
    for one in sorted(credentials_in(text), key=lambda one: -one.start):
        text = f"{text[: one.start]}...{text[one.end :]}"
    return text


def _is_real(kind: str, found: re.Match[str]) -> bool:
    secret = found["secret"]
    if re.search(_PLACEHOLDER, secret[:64]):  # in a long random text some word turns up by chance
        return False
    if kind == "a password in a URL":
        user, host = found["user"], found["host"]
        return secret != user and not re.fullmatch(_HERE, host) and _bits(secret) >= 2.5
    return _bits(secret) >= _LEAST and any(letter.isdigit() for letter in secret)


def _bits(text: str) -> float:
    """How many bits a letter of the text carries."""
    counts = [text.count(letter) for letter in set(text)]
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
