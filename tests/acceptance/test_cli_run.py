"""`agentgraph run`, `threads` and `history`, from the shell."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agentgraph import open_memory
from checkpoints import EmbeddedRedis
from tests.acceptance.cli import AGENTGRAPH, GOOD, Ran, write
from tests.acceptance.cli import with_langgraph as agentgraph

ASKING = """\
from typing import TypedDict
from agentgraph import END, START, Edge, Graph, Route, agent, by_person

class Question(TypedDict):
    query: str

class Answer(TypedDict):
    reply: str

@agent(writes="draft")
def draft(query: str) -> str:
    print("drafting")
    with open("drafted.txt", "a") as file:
        file.write("x")
    return query.upper()

@agent(asks="May this go out?", writes="allowed")
def allow(draft: str) -> bool:
    return by_person()

@agent(writes="reply")
def send(draft: str) -> str:
    import os, pathlib, time
    if os.environ.get("SLOW"):
        pathlib.Path("sending.txt").write_text("")
        time.sleep(30)
    if os.environ.get("BREAK"):
        raise ConnectionError("no line to the printer")
    return draft + "!"

@agent(writes="reply")
def refuse(query: str) -> str:
    return "no"

graph = Graph(
    "asking", version="1.0.0", input=Question, output=Answer,
    edges=[
        Edge(START, draft), Edge(draft, allow),
        Route(allow, on="allowed", to={True: send, False: refuse}),
        Edge([send, refuse], END),
    ],
)
"""

MODEL = """\
from typing import Literal, TypedDict
from agentgraph import END, START, Edge, Graph, agent, by_model

class Question(TypedDict):
    query: str

class Answer(TypedDict):
    reply: str

@agent(prompt="Answer: {query}", model="fast", writes="reply")
def answer(query: str) -> str:
    return by_model()

graph = Graph(
    "asking_a_model", version="1.0.0", input=Question, output=Answer,
    edges=[Edge(START, answer), Edge(answer, END)],
)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.agentgraph]\n")
    return write(tmp_path, flow=GOOD, asking=ASKING)


def run(project: Path, *arguments: str, **environment: str) -> Ran:
    return agentgraph("run", *arguments, cwd=project, **environment)


def test_the_output_alone_goes_to_stdout(project: Path) -> None:
    ran = run(project, "flow.py", "--input", '{"query": "hello"}')

    assert ran.code == 0, ran.err
    assert ran.json == {"reply": "HELLO"}
    assert "answer" in ran.err
    assert not (project / ".agentgraph").exists()


def test_the_input_may_come_from_a_file_or_stdin(project: Path) -> None:
    (project / "input.json").write_text('{"query": "é"}', encoding="utf-8")

    assert run(project, "flow.py", "--input", "@input.json").json == {"reply": "É"}
    ran = agentgraph("run", "flow.py", "-i", "-", cwd=project, stdin='{"query": "x"}')
    assert ran.json == {"reply": "X"}


def test_quiet_says_nothing(project: Path) -> None:
    assert run(project, "flow.py", "--quiet", "-i", '{"query": "x"}').err == ""


def test_streaming_writes_a_line_for_each_event_to_stderr_and_the_output_alone_to_stdout(
    project: Path,
) -> None:
    ran = run(project, "flow.py", "--stream", "-i", '{"query": "x"}')

    lines = [json.loads(line) for line in ran.err.splitlines()]
    kinds = ["run_started", "agent_started", "agent_finished", "run_finished"]
    assert [line["kind"] for line in lines] == kinds
    assert ran.json == {"reply": "X"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["flow.py"], ["nothing to run", "--input"]),
        (["flow.py", "-i", "{}", "--resume", "1"], ["give one of them"]),
        (["flow.py", "-i", "{query: 1}"], ["--input: not JSON", "help:"]),
        (["flow.py", "-i", '{"query": NaN}'], ["NaN is not a JSON value"]),
        (["flow.py", "-i", "[" * 100_000], ["nested too deeply"]),
        (["flow.py", "-i", "@missing.json"], ["cannot read missing.json"]),
        (["flow.py", "-i", "@."], ["cannot read ."]),
        (["flow.py", "-i", "{}"], ["does not accept this input", "query"]),
        (["flow.py", "-i", "7"], ["does not accept this input"]),
        (["flow.py", "-i", "{}", "--redis", "what"], ["not a Redis address"]),
        (["flow.py", "-i", "{}", "--redis", "redis://127.0.0.1:1/0"], ["cannot be reached"]),
        (["flow.py", "-t", "nobody"], ["there is no thread 'nobody'"]),
        (["nowhere.py", "-i", "{}"], ["no such file"]),
    ],
)
def test_what_keeps_a_run_from_beginning(
    project: Path, arguments: list[str], words: list[str]
) -> None:
    ran = run(project, *arguments)

    assert (ran.code, ran.out) == (2, ""), ran
    assert ran.err.count("error:") == 1
    for word in words:
        assert word in ran.err


def test_a_run_waits_for_a_person_and_goes_on_with_the_answer(project: Path) -> None:
    ran = run(project, "asking.py", "-t", "T", "-i", '{"query": "hello"}')
    assert (ran.code, ran.out) == (3, "")
    assert "allow asks: May this go out?" in ran.err
    assert 'draft: "HELLO"' in ran.err
    assert "ANSWER is JSON: true | false" in ran.err
    assert "agentgraph run asking.py --thread T --resume ANSWER" in ran.err

    still = run(project, "asking.py", "-t", "T")
    assert still.code == 3

    refused = run(project, "asking.py", "-t", "T", "--resume", '"maybe"')
    assert refused.code == 3
    assert "refused" in refused.err

    done = run(project, "asking.py", "-t", "T", "--resume", "true")
    assert (done.code, done.json) == (0, {"reply": "HELLO!"})
    assert (project / "drafted.txt").read_text() == "x"

    again = run(project, "asking.py", "-t", "T")
    assert again.code == 2
    assert "has finished" in again.err


def test_a_run_that_nobody_named_is_named_where_it_must_be_gone_on_with(project: Path) -> None:
    ran = run(project, "asking.py", "-i", '{"query": "hello"}')

    assert ran.code == 3
    thread = next(line.split()[1] for line in ran.err.splitlines() if line.startswith("thread "))
    assert run(project, "asking.py", "-t", thread, "--resume", "false").json == {"reply": "no"}


def test_a_new_input_never_drops_unfinished_work_silently(project: Path) -> None:
    run(project, "asking.py", "-t", "T", "-i", '{"query": "one"}')

    ran = run(project, "asking.py", "-t", "T", "-i", '{"query": "two"}')
    assert (ran.code, ran.out) == (2, "")
    assert "unfinished work" in ran.err

    assert run(project, "asking.py", "-t", "T", "-i", '{"query": "two"}', "--abandon").code == 3
    assert run(project, "asking.py", "-t", "T", "--resume", "true").json == {"reply": "TWO!"}


def test_a_killed_run_goes_on_and_nothing_finished_runs_again(project: Path) -> None:
    run(project, "asking.py", "-t", "T", "-i", '{"query": "hello"}')
    with subprocess.Popen(
        [AGENTGRAPH, "run", "asking.py", "-t", "T", "--resume", "true", "-q"],
        cwd=project,
        env={**os.environ, "SLOW": "1"},
        stdout=subprocess.PIPE,
    ) as process:
        wait_for(project / "sending.txt")
        process.send_signal(signal.SIGKILL)

    ran = run(project, "asking.py", "-t", "T")

    assert (ran.code, ran.json) == (0, {"reply": "HELLO!"})
    assert (project / "drafted.txt").read_text() == "x"
    history = agentgraph("history", "T", "--format", "json", cwd=project).json
    finished = [name for step in history for name in step["ran"]]
    assert sorted(finished) == ["allow", "draft", "send"]


def test_ctrl_c_keeps_what_finished_and_says_how_to_go_on(project: Path) -> None:
    run(project, "asking.py", "-t", "T", "-i", '{"query": "hello"}')
    with subprocess.Popen(
        [AGENTGRAPH, "run", "asking.py", "-t", "T", "--resume", "true"],
        cwd=project,
        env={**os.environ, "SLOW": "1"},
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        wait_for(project / "sending.txt")
        os.killpg(process.pid, signal.SIGINT)  # the terminal tells the whole group
        assert process.stderr is not None
        said = process.stderr.read().decode()

    assert process.returncode == 130
    assert "agentgraph run asking.py --thread T" in said
    assert "Traceback" not in said
    assert run(project, "asking.py", "-t", "T").json == {"reply": "HELLO!"}


def test_a_run_that_fails_shows_the_users_frames_and_how_to_go_on(project: Path) -> None:
    run(project, "asking.py", "-t", "T", "-i", '{"query": "hello"}')
    process = subprocess.run(
        [AGENTGRAPH, "run", "asking.py", "-t", "T", "--resume", "true"],
        cwd=project,
        env={**os.environ, "BREAK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (process.returncode, process.stdout) == (1, "")
    assert "ConnectionError: no line to the printer" in process.stderr
    assert 'File "asking.py"' in process.stderr
    assert "site-packages" not in process.stderr
    assert "agentgraph/call" not in process.stderr
    assert "agentgraph run asking.py --thread T" in process.stderr
    assert run(project, "asking.py", "-t", "T").json == {"reply": "HELLO!"}


def test_threads_and_history_of_a_memory(project: Path) -> None:
    assert agentgraph("threads", cwd=project).out == ""
    assert agentgraph("threads", "--format", "json", cwd=project).json == []
    assert agentgraph("history", "T", cwd=project).code == 2
    assert not (project / ".agentgraph").exists()

    run(project, "flow.py", "-t", "first", "-i", '{"query": "one"}')
    run(project, "asking.py", "-t", "second", "-i", '{"query": "two"}')

    listed = agentgraph("threads", "--format", "json", cwd=project).json
    assert [thread["thread"] for thread in listed] == ["second", "first"]
    assert "first" in agentgraph("threads", cwd=project).out
    text = agentgraph("history", "second", cwd=project).out
    assert "draft" in text
    assert "May this go out?" in text
    assert agentgraph("history", "third", cwd=project).code == 2


def test_an_unsafe_redis_is_told_on_stderr_unless_nobody_wants_to_hear_it(
    project: Path, short_folder: Path
) -> None:
    with EmbeddedRedis(short_folder) as server, server.client() as client:
        client.config_set("appendonly", "no")
        told = agentgraph("threads", "--redis", server.url, cwd=project)
        hushed = agentgraph("threads", "--redis", server.url, cwd=project, PYTHONWARNINGS="ignore")
    assert told.code == hushed.code == 0
    assert told.err.splitlines() == [
        "warning: Redis keeps nothing on disk: when it ends, all threads are gone; set appendonly to yes",
        "no threads yet",
    ]
    assert hushed.err == "no threads yet\n"


def test_memory_stands_beside_the_settings_wherever_one_is(project: Path) -> None:
    (project / "deep").mkdir()

    ran = agentgraph("run", "../flow.py", "-t", "T", "-i", '{"query": "x"}', cwd=project / "deep")

    assert ran.code == 0
    assert (project / ".agentgraph").is_dir()
    assert not (project / "deep" / ".agentgraph").exists()


FAKE = "langchain_core.language_models.fake_chat_models:FakeListChatModel"


@pytest.mark.parametrize(
    "settings",
    [
        f'[tool.agentgraph.models.fast]\nprovider = "{FAKE}"\nresponses = ["hi"]\nclears = ["pii"]\n',
        f'[tool.agentgraph.models.default]\nprovider = "{FAKE}"\nresponses = ["hi"]\n',
    ],
)
def test_models_of_the_settings_answer(project: Path, settings: str) -> None:
    write(project, model=MODEL)
    (project / "pyproject.toml").write_text(settings)

    ran = run(project, "model.py", "-i", '{"query": "x"}')

    assert (ran.code, ran.json) == (0, {"reply": "hi"}), ran.err


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("", "model"),
        ("[tool.agentgraph.models]\nfast = 3\n", "must be a text or a table"),
        ('[tool.agentgraph.models]\nfast = "nobody:x"\n', "no provider 'nobody'"),
        ('[tool.agentgraph.models]\nfast = "mistral:x"\n', "pip install langchain-mistralai"),
        ('[tool.agentgraph.models]\nfast = "json:Model:x"\n', "no provider 'json'"),
        ('[tool.agentgraph.models.fast]\nprovider = "json:Model"\n', "json has no Model"),
        ('[tool.agentgraph.models.fast]\nprovider = "openai"\nmodel = 3\n', "cannot be made"),
    ],
)
def test_models_that_cannot_be_had(project: Path, settings: str, words: str) -> None:
    write(project, model=MODEL)
    (project / "pyproject.toml").write_text(settings)

    ran = run(project, "model.py", "-i", '{"query": "x"}')

    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_a_terminal_sees_what_runs_now(project: Path) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "agentgraph", "run", "flow.py", "-i", '{"query": "x"}'],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as process:
        assert process.stdout is not None
        output = json.loads(process.stdout.read())
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)

    assert output == {"reply": "X"}
    assert "… answer" in shown
    assert "✓ answer" in shown


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60  # a busy machine starts a process slowly
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.01)


def test_a_thread_that_another_run_has_is_refused_with_who_has_it(project: Path) -> None:
    asking = ["asking.py", "--thread", "T-1", "--input", '{"query": "x"}']
    with open_memory(folder=project / ".agentgraph") as memory:
        assert memory.hold is not None
        with memory.hold("T-1"):
            ran = run(project, *asking)
        assert run(project, *asking).code == 3

    assert (ran.code, ran.out) == (2, "")
    assert "thread 'T-1' is being written by process" in ran.err
    assert f"kill {os.getpid()}" in ran.err
