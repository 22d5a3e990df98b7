"""What looks like a real credential is told, and never printed; what stands for one is not."""

from __future__ import annotations

import base64
import json
import random
import string
from pathlib import Path

import pytest

from agentgraph.check.report.json import render_json
from agentgraph.check.report.text import render_text
from agentgraph.read.credentials import credentials_in, masked
from tests.unit.check.judging import TAIL, codes, judged

BODY = "@agent(writes='y')\ndef body(x: str) -> str:\n    return x\n"


def made(length: int, letters: str = string.ascii_letters + string.digits) -> str:
    """A key that was never anybody's."""
    return "".join(random.Random(length).choices(letters, k=length))


def signed() -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256"}, {"sub": "u-17", "exp": 9})]
    head, body = (base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    return f"{head}.{body}.{made(43)}"


REAL = {
    "OpenAI": f"sk-proj-{made(48)}",
    "OpenAI, old": f"sk-{made(48)}",
    "Anthropic": f"sk-ant-api03-{made(60)}",
    "AWS": f"AKIA{made(16, string.ascii_uppercase + '234567')}",
    "GitHub": f"ghp_{made(36)}",
    "Slack": f"xoxb-{made(12, string.digits)}-{made(24)}",
    "Google": f"AIza{made(35)}",
    "Stripe": f"sk_live_{made(24)}",
    "private": f"-----BEGIN RSA PRIVATE KEY-----\n{made(300)}\n-----END RSA PRIVATE KEY-----",
    "JWT": signed(),
    "URL": f"postgresql://app:{made(14)}@db.shop.internal:5432/orders",
}
NOT = [
    "sk-...",
    "sk-your-api-key-goes-here-and-is-quite-long-indeed",
    "sk-" + "x" * 48,
    "sk-learn-is-a-library-of-python-for-machine-learning-work",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_<token>",
    "sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "-----BEGIN PRIVATE KEY-----",
    "postgresql://app:<password>@db.shop.internal/orders",
    "postgresql://app:{password}@db.shop.internal/orders",
    "postgresql://app:$PASSWORD@db.shop.internal/orders",
    "postgresql://postgres:postgres@db.shop.internal/orders",
    "redis://user:s3cr3tpass@localhost:6379/0",
    "amqp://guest:guest01@rabbit/",
    "https://example.com/a:b@c",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "550e8400-e29b-41d4-a716-446655440000",
    "eyJ",
    "task-1234567890abcdefghijklmnopqrstuvwxyz0123",
]


@pytest.mark.parametrize("name", REAL)
def test_a_real_one_is_found_and_masked(name: str) -> None:
    text = f"key = {REAL[name]}!"
    (found,) = credentials_in(text)
    secret = text[found.start : found.end]
    assert secret in REAL[name]
    assert secret not in masked(text)
    assert secret not in found.shown
    assert len(found.shown) < 30


@pytest.mark.parametrize("text", NOT)
def test_what_stands_for_one_is_not(text: str) -> None:
    assert list(credentials_in(text)) == []
    assert masked(text) == text


@pytest.mark.parametrize("name", REAL)
def test_no_report_prints_it(tmp_path: Path, name: str) -> None:
    secret = REAL[name]
    (one,) = credentials_in(secret)
    value = secret[one.start : one.end]
    found = judged(tmp_path, f"KEY = {secret!r}\n{BODY}")
    assert codes(found) == [("AG607", "error")]
    for report in (render_text(found), json.dumps(render_json([], found)), repr(found)):
        assert not any(value[at : at + 12] in report for at in range(len(value) - 11))


@pytest.mark.parametrize(
    "text",
    [
        f"def unrelated():\n    return '{REAL['AWS']}'\n{BODY}",
        f"@agent(prompt='Use {REAL['AWS']} for {{x}}', writes='y')\ndef body(x: str) -> str:\n    return by_model()\n",
        f"@tool\ndef act(x: str) -> str:\n    return '{REAL['AWS']}'\n@agent(writes='y', tools=[act])\ndef body(x: str) -> str:\n    return act(x)\n",
    ],
)
def test_prompts_tools_and_the_rest_of_the_file_are_looked_through(
    tmp_path: Path, text: str
) -> None:
    assert codes(judged(tmp_path, text)) == [("AG607", "error")]


@pytest.mark.parametrize(
    ("field", "type_", "told"),
    [
        ("api_key", "str", True),
        ("password", "str | None", True),
        ("github_access_token", "str", True),
        ("token", "str", True),
        ("authorization", "str", True),
        ("token_count", "str", False),
        ("next_page_token", "str", False),
        ("has_password", "bool", False),
        ("tokens", "int", False),
        ("password_hint", "str", False),
        ("secretary", "str", False),
        ("api_key_valid", "bool", False),
        ("secret", "bool", False),
        ("api_key", "Annotated[str, Label('secret')]", False),
    ],
)
def test_a_field_named_like_a_secret_is_told(
    tmp_path: Path, field: str, type_: str, told: bool
) -> None:
    text = f"""
    class Given(TypedDict):
        {field}: {type_}

    @agent(writes="y")
    def body({field}: {type_}) -> str:
        return str({field})
    """
    found = codes(judged(tmp_path, text, TAIL.replace("input=In", "input=Given")))
    assert (("AG607", "warning") in found) is told
