"""Ten mistakes, each sown into a copy of the order example, each told at its own line by `agentgraph check`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mistake:
    """`edits` are (old, new) texts; the finding `code` must stand on the line that holds `at`.

    `witness` must be part of the finding's witness, where there is one to be had; `says` of its message or help.
    """

    edits: tuple[tuple[str, str], ...]
    code: str
    at: str
    witness: str | None = None
    says: tuple[str, ...] = ()


MISTAKES = {
    "renamed field": Mistake(
        (
            (
                "async def look_up_order(customer_id: str, order_id: str)",
                "async def look_up_order(customer_id: str, order_no: str)",
            ),
            (
                "order = await find_order(customer_id, order_id)\n    if order is None:\n        return OrderFacts(\n            order_id=order_id,",
                "order = await find_order(customer_id, order_no)\n    if order is None:\n        return OrderFacts(\n            order_id=order_no,",
            ),
        ),
        "AG401",
        "async def look_up_order(",
        says=("order_no", "order_id"),
    ),
    "widened enum": Mistake(
        (
            (
                '    order_id: str\n    reason_code: Literal["damaged", "late", "wrong_item", "changed_mind"]\n\n\nclass OrderFacts',
                '    order_id: str\n    reason_code: Literal["damaged", "late", "wrong_item", "changed_mind", "other"]\n\n\nclass OrderFacts',
            ),
            (
                '    reason_code: Literal["damaged", "late", "wrong_item", "changed_mind"]\n    days_since_delivery',
                '    reason_code: Literal["damaged", "late", "wrong_item", "changed_mind", "other"]\n    days_since_delivery',
            ),
        ),
        "AG101",
        "Edge(open_refund_case, check_refund)",
        witness='"other"',
        says=('"other"', "reason_code"),
    ),
    "missing branch": Mistake(
        (
            ('                "shipping_question": ask_carrier,\n', ""),
            (
                "Edge([look_up_order, check_refund, ask_carrier], compose_reply)",
                "Edge([look_up_order, check_refund], compose_reply)",
            ),
        ),
        "AG301",
        "Route(",
        witness='"shipping_question"',
        says=('"shipping_question"',),
    ),
    "unreachable agent": Mistake(
        (
            (
                "        Edge(open_refund_case, check_refund),\n",
                "        Edge(open_refund_case, check_refund),\n        Edge(escalate, compose_reply),\n",
            ),
            (
                '@agent(writes="reply", clears={"pii"})\ndef compose_reply',
                '@agent(writes="facts")\ndef escalate(order_id: str) -> Tracking:\n    """Hand it to a person."""\n    return _nothing_sent(order_id, "with our team")\n\n\n@agent(writes="reply", clears={"pii"})\ndef compose_reply',
            ),
        ),
        "AG202",
        "def escalate(",
        says=("escalate",),
    ),
    "dead end": Mistake(
        (
            (
                "Edge([look_up_order, check_refund, ask_carrier], compose_reply)",
                "Edge([look_up_order, check_refund], compose_reply)",
            ),
        ),
        "AG203",
        "async def ask_carrier(",
        says=("ask_carrier", "reply"),
    ),
    "unknown target": Mistake(
        (('"refund_request": open_refund_case,', '"refund_request": "open_refund_case",'),),
        "declaration",
        '"refund_request": "open_refund_case",',
        says=("open_refund_case", "not an agent"),
    ),
    "missing input": Mistake(
        (
            (
                '    channel: Channel = "chat"\n\n\nclass Intent',
                "\n\nclass Intent",
            ),
        ),
        "AG401",
        "def compose_reply(",
        says=("channel",),
    ),
    "parallel write without reducer": Mistake(
        (
            (
                "        Edge(open_refund_case, check_refund),\n",
                "        Edge(open_refund_case, check_refund),\n        Edge(open_refund_case, ask_carrier),\n",
            ),
        ),
        "AG402",
        "async def ask_carrier(",
        says=("facts", "check_refund", "ask_carrier"),
    ),
    "type changed": Mistake(
        (
            (
                "    days_since_delivery: int | None\n\n\nclass Tracking",
                "    days_since_delivery: str | None\n\n\nclass Tracking",
            ),
            (
                "    days = (ctx.context.today - came).days if came else None",
                "    days = str((ctx.context.today - came).days) if came else None",
            ),
            (
                "    days_since_delivery: int | None\n    facts: Facts",
                "    days_since_delivery: str | None\n    facts: Facts",
            ),
        ),
        "AG101",
        "Edge(open_refund_case, check_refund)",
        witness='""',
        says=("days_since_delivery",),
    ),
    "output never produced": Mistake(
        (
            (
                '@agent(writes="reply", clears={"pii"})\ndef compose_reply(',
                '@agent(writes="answer", clears={"pii"})\ndef compose_reply(',
            ),
            ("    reply: str\n\n\n@tool", "    reply: str\n    answer: str\n\n\n@tool"),
        ),
        "AG105",
        "class CustomerReply(",
        says=("reply",),
    ),
}


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One copy of `graphs/` for each mistake."""
    made = {}
    for name, mistake in MISTAKES.items():
        folder = tmp_path_factory.mktemp(name.replace(" ", "_"))
        shutil.copytree(
            ROOT / "graphs", folder / "graphs", ignore=shutil.ignore_patterns("__pycache__")
        )
        module = folder / "graphs" / "order_processing.py"
        text = module.read_text(encoding="utf-8")
        for old, new in mistake.edits:
            assert text.count(old) == 1, f"{name}: {text.count(old)} times in the example:\n{old}"
            text = text.replace(old, new)
        module.write_text(text, encoding="utf-8")
        made[name] = module
    return made


def check(module: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agentgraph", "check", "graphs/order_processing.py", *options]
    return subprocess.run(
        command, cwd=module.parents[1], capture_output=True, text=True, check=False
    )


def test_the_example_itself_is_clean(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agentgraph", "check", "graphs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_own_line(name: str, copies: dict[str, Path]) -> None:
    mistake, module = MISTAKES[name], copies[name]
    done = check(module, "--format", "json")
    told = json.loads(done.stdout)
    assert "Traceback" not in done.stderr
    if mistake.code == "declaration":
        assert done.returncode == 2
        found = told["problems"]
    else:
        assert done.returncode == 1
        found = [finding for finding in told["findings"] if finding["severity"] == "error"]
        assert [finding["code"] for finding in found] == [mistake.code], [
            f["message"] for f in found
        ]
    [one] = found
    line = module.read_text(encoding="utf-8").splitlines()[one["line"] - 1]
    assert mistake.at in line, f"told at line {one['line']}: {line}"
    text = json.dumps(one, ensure_ascii=False).replace('\\"', '"')
    assert all(word in text for word in mistake.says), text
    if mistake.witness is not None:
        assert mistake.witness in json.dumps(one["witness"])


@pytest.mark.parametrize(
    "name", [name for name, mistake in MISTAKES.items() if mistake.code != "declaration"]
)
def test_the_text_report_shows_the_line(name: str, copies: dict[str, Path]) -> None:
    mistake, module = MISTAKES[name], copies[name]
    done = check(module)
    assert f"error[{mistake.code}]" in done.stdout
    assert "--> graphs/order_processing.py:" in done.stdout
    assert mistake.at in done.stdout
