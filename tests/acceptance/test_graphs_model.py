"""The order example with a model configured: a real wire, one wrong answer, and the tokens told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.fixtures_chat import ChatServer

ROOT = Path(__file__).parents[2]
SETTINGS = """\
[tool.agentgraph.models.fast]
provider = "openai"
model = "test-model"
base_url = "{url}"
api_key = "none"
max_retries = 0
"""


def test_the_intent_agent_asks_the_model_and_survives_a_wrong_answer(
    tmp_path: Path, chat_server: ChatServer
) -> None:
    shutil.copytree(
        ROOT / "graphs", tmp_path / "graphs", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tmp_path / "pyproject.toml").write_text(SETTINGS.format(url=chat_server.url))
    right = {"intent": "order_status", "order_id": "1001", "reason_code": "changed_mind"}
    chat_server.script = [{**right, "intent": "weather"}, right]
    question = {"query": "What about the thing I bought?", "customer_id": "C-17"}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "agentgraph",
            "run",
            "graphs/order_processing.py",
            "--input",
            json.dumps(question),
        ],
        cwd=tmp_path,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    output = json.loads(done.stdout)
    assert output["intent"] == "order_status"
    assert output["facts"]["order_id"] == "1001"
    assert "the answer was refused: $.intent" in done.stderr
    assert done.stderr.count("tokens") == 2
    assert "stands in" not in done.stderr
    assert len(chat_server.requests) == 2
    assert "thing I bought" in json.dumps(chat_server.requests[0])
