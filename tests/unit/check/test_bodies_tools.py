"""Tools that are not on the list, and calls that hold the event loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.check.judging import TAIL, codes, judged


@pytest.mark.parametrize(
    "text",
    [
        "@agent(writes='y')\ndef body(x: str) -> str:\n    return look(x)",
        "@agent(writes='y', tools=[send])\ndef body(x: str) -> str:\n    return helper(x)\ndef helper(x): return deep(x)\ndef deep(x): return look(x)",
        "@agent(writes='y', tools=[send])\ndef body(x: str) -> str:\n    def inner(): return look(x)\n    return inner()",
        "seek = tool(read_only=True)(helper) if False else look\nfind = look\n@agent(writes='y')\ndef body(x: str) -> str:\n    return find(x)",
        "@agent(writes='y')\nasync def body(x: str) -> str:\n    return str(await asyncio.gather(alook(x), alook(x)))",
        # Another agent called as a function runs in the name of the one that calls it.
        "@agent(writes='z', tools=[look])\ndef other(x: str) -> str:\n    return look(x)\n@agent(writes='y')\ndef body(x: str) -> str:\n    return other(x)",
        # So does a tool that calls a tool.
        "@tool(read_only=True)\ndef both(x: str) -> str:\n    return look(x)\n@agent(writes='y', tools=[both])\ndef body(x: str) -> str:\n    return both(x)",
        # An agent among the fallbacks has a list of its own.
        "@agent(writes='y')\ndef spare(x: str) -> str:\n    return look(x)\n@agent(writes='y', tools=[look], fallback=spare)\ndef body(x: str) -> str:\n    return look(x)",
        "def spare(x: str) -> str:\n    return look(x)\n@agent(writes='y', tools=[send], fallback=spare)\ndef body(x: str) -> str:\n    return send(x)",
    ],
)
def test_a_tool_that_is_not_on_the_list_is_told(tmp_path: Path, text: str) -> None:
    text = text.replace("seek = tool(read_only=True)(helper) if False else look\n", "")
    assert codes(judged(tmp_path, text)) == [("AG601", "error")]


@pytest.mark.parametrize(
    "text",
    [
        "@agent(writes='y', tools=[look])\ndef body(x: str) -> str:\n    return look(x)",
        "def spare(x: str) -> str:\n    return look(x)\n@agent(writes='y', tools=[look], fallback=spare)\ndef body(x: str) -> str:\n    return look(x)",
        "@agent(writes='y')\ndef body(x: str) -> str:\n    look = str.strip\n    return look(x)",
        "@agent(writes='y')\ndef body(x: str) -> str:\n    return (lambda look: look(x))(str)",
        "@agent(writes='y')\ndef body(x: str) -> str:\n    return unused(x) if False else x\ndef unused(x): return x.look(x)",
        "@agent(writes='y')\ndef body(x: str) -> str:\n    return x\ndef uncalled(x): return look(x)",
        "from agentgraph.call.errors import ToolNotAllowedError\n@agent(writes='y')\ndef body(x: str) -> str:\n    try:\n        return look(x)\n    except ToolNotAllowedError:\n        return x",
        "@agent(writes='y')\ndef body(x: str) -> str:\n    return ', '.join(sorted([x], key=lambda one: look(one)))",
        "@tool(read_only=True)\ndef both(x: str) -> str:\n    return look(x)\n@agent(writes='y', tools=[both, look])\ndef body(x: str) -> str:\n    return both(x)",
    ],
)
def test_what_is_allowed_or_cannot_be_told_is_not(tmp_path: Path, text: str) -> None:
    assert codes(judged(tmp_path, text)) == []


def test_a_refusal_says_where_whose_and_what_instead(tmp_path: Path) -> None:
    text = "@agent(writes='y', tools=[send])\ndef body(x: str) -> str:\n    return helper(x)\ndef helper(x): return look(x)"
    (finding,) = judged(tmp_path, text)
    assert finding.message == "body calls look, which is not on its list of tools"
    assert finding.help == "tools=[send, look] on body"
    assert finding.source is not None
    assert (
        "def helper" in Path(finding.source.file).read_text().splitlines()[finding.source.line - 1]
    )
    assert finding.reasons[0].startswith("by way of: helper")


ASYNC = "@agent(writes='y', tools=[look])\nasync def body(x: str) -> str:\n    "


@pytest.mark.parametrize(
    "text",
    [
        ASYNC + "time.sleep(1)\n    return x",
        ASYNC + "helper()\n    return x\ndef helper(): time.sleep(1)",
        "@tool(read_only=True, needs='books', timeout=5)\ndef slow(x: str) -> str:\n    return x\n@agent(writes='y', tools=[slow])\nasync def body(x: str) -> str:\n    return slow(x)",
        "@tool(read_only=True)\ndef slow(x: str) -> str:\n    return requests.get(x).text\n@agent(writes='y', tools=[slow])\nasync def body(x: str) -> str:\n    return slow(x)",
        "@tool(read_only=True)\nasync def slow(x: str) -> str:\n    return requests.get(x).text\n@agent(writes='y', tools=[slow])\nasync def body(x: str) -> str:\n    return await slow(x)",
    ],
)
def test_what_holds_the_event_loop_is_told(tmp_path: Path, text: str) -> None:
    assert codes(judged(tmp_path, text)) == [("AG509", "warning")]


@pytest.mark.parametrize(
    "call",
    ["requests.get(x)", "httpx.get(x)", "subprocess.run(['ls'])", "requests.Session().post(x)"],
)
def test_what_waits_and_reaches_outside_is_both(tmp_path: Path, call: str) -> None:
    found = codes(judged(tmp_path, ASYNC + f"{call}\n    return x"))
    assert sorted(found) == [("AG508", "note"), ("AG509", "warning")]


@pytest.mark.parametrize(
    "text",
    [
        ASYNC + "await asyncio.sleep(1)\n    return x",
        ASYNC + "return look(x)",
        ASYNC + "await asyncio.to_thread(time.sleep, 1)\n    return x",
        ASYNC + "await asyncio.to_thread(lambda: time.sleep(1))\n    return x",
        ASYNC + "await asyncio.to_thread(helper)\n    return x\ndef helper(): time.sleep(1)",
        ASYNC + "def later(): time.sleep(1)\n    await asyncio.to_thread(later)\n    return x",
        "@agent(writes='y')\ndef body(x: str) -> str:\n    time.sleep(1)\n    return x",
        ASYNC + "with open(x) as file:\n        return file.read()",
    ],
)
def test_what_does_not_hold_it_is_not(tmp_path: Path, text: str) -> None:
    assert codes(judged(tmp_path, text)) == []


MODEL = "@agent(prompt='Do {x}', writes='y', tools=[act])\ndef body(x: str) -> str:\n    return by_model()\n"


@pytest.mark.parametrize(
    "act",
    [
        "subprocess.run(f'ls {a}', shell=True)",
        "subprocess.run('ls ' + a, shell=True)",
        "subprocess.run(a, shell=True)",
        "os.system('ls %s' % a)",
        "eval(a)",
        "db.execute(f\"SELECT * FROM t WHERE a = '{a}'\")",
        "db.execute('DELETE FROM t WHERE a = {}'.format(a))",
        "sql = f'UPDATE t SET a = {a}'\n    db.cursor().execute(sql)",
        "requests.get(f'https://{a}/x')",
        "requests.post(url=f'https://{a}.example.com/x')",
        "helper(a)",
    ],
)
def test_a_models_text_that_is_obeyed_is_told(tmp_path: Path, act: str) -> None:
    more = "db = sqlite3.connect(':memory:')\ndef helper(command): os.system(f'ls {command}')\n"
    text = f"@tool\ndef act(a: str) -> str:\n    {act}\n    return a\n{MODEL}"
    assert codes(judged(tmp_path, more + text)) == [("AG606", "warning")]


@pytest.mark.parametrize(
    ("act", "type_"),
    [
        ("subprocess.run(['ls', a])", "str"),
        ("subprocess.run(f'ls {a}', shell=True)", "Literal['a', 'b']"),
        ("subprocess.run(f'ls {a}', shell=True)", "int"),
        ("subprocess.run(f'ls {shlex.quote(a)}', shell=True)", "str"),
        ("subprocess.run('ls', shell=True, env={'A': a})", "str"),
        ("db.execute('SELECT * FROM t WHERE a = ?', (a,))", "str"),
        ("db.execute(a)", "str"),
        (
            "if a not in ('x', 'y'):\n        raise ValueError(a)\n    db.execute(f'SELECT * FROM {a}')",
            "str",
        ),
        ("requests.get(f'https://api.example.com/orders/{a}')", "str"),
        ("requests.get(a)", "str"),
        ("requests.get(f'{BASE}/orders/{a}')", "str"),
        ("runner.execute(f'{a} is done')", "str"),
        ("log.info(f'ls {a}')", "str"),
    ],
)
def test_what_is_handed_over_as_a_value_is_not(tmp_path: Path, act: str, type_: str) -> None:
    more = "import shlex\nBASE = 'https://api.example.com'\ndb = sqlite3.connect(':memory:')\nrunner: Any = db\n"
    text = f"@tool\ndef act(a: {type_}) -> str:\n    {act}\n    return str(a)\n{MODEL}"
    assert codes(judged(tmp_path, more + text)) == []


def test_text_is_followed_from_a_model_through_the_state_into_a_tool(tmp_path: Path) -> None:
    text = """
    @tool
    def run(command: str) -> str:
        return os.popen(f"git {command}").read()

    @agent(prompt="What is to be run for {x}?", writes="wanted")
    def think(x: str) -> str:
        return by_model()

    @agent(writes="y", tools=[run])
    def act(wanted: str) -> str:
        return run(f"log {wanted}")

    graph = Graph("g", input=In, output=Out, edges=[Edge(START, think), Edge(think, act), Edge(act, END)])
    """
    (finding,) = judged(tmp_path, text, "")
    assert (finding.code, finding.severity) == ("AG606", "warning")
    assert finding.reasons[0].startswith("wanted is written by a model: think")
    assert (
        judged(
            tmp_path,
            text.replace(
                'writes="wanted")\n    def think(x: str) -> str',
                'writes="wanted")\n    def think(x: str) -> Literal["a", "b"]',
            ),
            "",
        )
        == []
    )


def test_an_agents_label_reaches_the_prompt_behind_it(tmp_path: Path) -> None:
    text = """
    class Mail(TypedDict):
        x: Annotated[str, Label("untrusted")]

    @agent(writes="short")
    def shorten(x: str) -> str:
        return x[:100]

    @agent(prompt="Answer: {short}", writes="y", tools=[send])
    def body(short: str) -> str:
        return by_model()

    graph = Graph("g", input=Mail, output=Out, edges=[Edge(START, shorten), Edge(shorten, body), Edge(body, END)])
    """
    (finding,) = judged(tmp_path, text, "")
    assert finding.code == "AG606"
    assert finding.message == "untrusted short stands in the prompt of body, which can call send"
    assert finding.reasons[0].startswith("untrusted: ")


@pytest.mark.parametrize(
    ("tools", "told"),
    [("[send]", True), ("[ask]", False), ("[look]", False), ("[]", False), ("[alook]", True)],
)
def test_untrusted_text_in_the_prompt_of_an_agent_that_acts_is_told(
    tmp_path: Path, tools: str, told: bool
) -> None:
    text = f"""
    class Mail(TypedDict):
        x: Annotated[str, Label("untrusted")]

    @agent(prompt="Answer: {{x}}", writes="y", tools={tools})
    def body(x: str) -> str:
        return by_model()
    """
    tail = TAIL.replace("input=In", "input=Mail")
    assert codes(judged(tmp_path, text, tail)) == ([("AG606", "warning")] if told else [])
