"""Effects before pauses, swallowed pauses, and values that a second run gets differently."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.unit.check.judging import codes, judged

ALL = "@agent(writes='y', tools=[ask, send, pay, put, look])\ndef body({parameters}) -> str:\n"


def found(
    folder: Path, body: str, more: str = "", parameters: str = "x: str"
) -> list[tuple[str, str]]:
    head = ALL.format(parameters=parameters)
    return codes(judged(folder, more + "\n" + head + textwrap.indent(body, "    ")))


@pytest.mark.parametrize(
    "body",
    [
        "send(x)\nreturn ask(x)",
        "send(x)\nreturn interrupt({'x': x})",
        "if x:\n    send(x)\nreturn ask(x)",
        "for one in x:\n    ask(one)\n    send(one)\nreturn x",
        "for one in x:\n    ask(one)\nreturn x",
        "return ask(send(x))",
        "tell(x)\nreturn ask(x)",
        "send(x)\nreturn check(x)",
        "requests.post('https://a.example.com', x)\nreturn ask(x)",
    ],
)
def test_an_effect_before_a_pause_is_told(tmp_path: Path, body: str) -> None:
    more = "def tell(x):\n    send(x)\ndef check(x):\n    return ask(x)\n"
    assert ("AG506", "warning") in found(tmp_path, body, more)


@pytest.mark.parametrize(
    "body",
    [
        "y = ask(x)\nsend(y)\nreturn y",
        "pay(x)\nput(x)\nlook(x)\nreturn ask(x)",
        "if x:\n    send(x)\n    return x\nreturn ask(x)",
        "if x:\n    return send(x)\nelse:\n    return ask(x)",
        "send(x)\nreturn x",
        "later = lambda: send(x)\nreturn ask(x)",
        "def later():\n    return send(x)\nreturn ask(x)",
        "requests_log.post(x)\nreturn ask(x)",
    ],
)
def test_what_does_not_happen_twice_is_not(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body, "requests_log = log\n") == []


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("try:\n    return ask(x)\nexcept Exception:\n    return x", "error"),
        ("try:\n    return ask(x)\nexcept:\n    return x", "error"),
        ("try:\n    return ask(x)\nexcept (KeyError, BaseException):\n    return x", "error"),
        ("try:\n    return interrupt(x)\nexcept Exception as e:\n    return str(e)", "error"),
        ("try:\n    return ask(x)\nexcept Exception as e:\n    raise ValueError from e", "error"),
        ("try:\n    return ask(x)\nexcept Exception as e:\n    log.error('no', e)", "error"),
        ("try:\n    return ask(x)\nexcept Exception as e:\n    handle(e)\nreturn x", "warning"),
        ("with contextlib.suppress(Exception):\n    return ask(x)\nreturn x", "error"),
        ("try:\n    ask(x)\nfinally:\n    return x", "error"),
        ("try:\n    return check(x)\nexcept Exception:\n    return x", "error"),
        (
            "try:\n    try:\n        return ask(x)\n    except KeyError:\n        pass\nexcept Exception:\n    return x",
            "error",
        ),
        (
            "try:\n    try:\n        return ask(x)\n    except Exception:\n        raise\nexcept Exception:\n    return x",
            "error",
        ),
    ],
)
def test_a_swallowed_pause_is_told(tmp_path: Path, body: str, severity: str) -> None:
    assert found(tmp_path, body, "def check(x):\n    return ask(x)\nhandle = print\n") == [
        ("AG507", severity)
    ]


@pytest.mark.parametrize(
    "body",
    [
        "try:\n    return ask(x)\nexcept KeyError:\n    return x",
        "try:\n    return ask(x)\nexcept GraphBubbleUp:\n    raise\nexcept Exception:\n    return x",
        "try:\n    return ask(x)\nexcept Exception as e:\n    if isinstance(e, GraphInterrupt):\n        raise\n    return x",
        "try:\n    return ask(x)\nexcept Exception:\n    log.exception('failed')\n    raise",
        "try:\n    y = look(x)\nexcept Exception:\n    y = x\nreturn ask(y)",
        "try:\n    y = look(x)\nexcept Exception:\n    return ask(x)\nreturn y",
        "try:\n    y = look(x)\nexcept Exception:\n    y = x\nelse:\n    y = ask(y)\nreturn y",
        "try:\n    return ask(x)\nfinally:\n    log.info('asked')",
        "with contextlib.suppress(KeyError):\n    return ask(x)\nreturn x",
        "try:\n    return ask(x)\nexcept (Refused, TimeoutError):\n    return x",
    ],
)
def test_a_pause_that_gets_out_is_not(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body, "class Refused(Exception): ...\n") == []


@pytest.mark.parametrize(
    "body",
    [
        "return pay(x, ref=str(uuid.uuid4()))",
        "ref = f'r-{uuid.uuid4().hex}'\nreturn pay(x, ref)",
        "return put(x, uuid.uuid4().hex)",
        "return ask(x, ref=str(random.randint(1, 9)))",
        "code = random.randint(1, 9)\nif interrupt({'code': code}):\n    return put(x, f'{code}')\nreturn x",
        "at = datetime.datetime.now().isoformat()\ninterrupt({'at': at})\nreturn put(at)",
    ],
)
def test_a_value_that_changes_is_told(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body) == [("AG508", "warning")]


@pytest.mark.parametrize(
    "body",
    [
        "return f'{x} {datetime.date.today()}'",
        "return random.choice([x, 'hello'])",
        "return look(str(uuid.uuid4()))",
        "return put(x, str(datetime.datetime.now()))",
        "return send(random.choice(['hi', 'hello']))",
        "started = time.time()\ny = ask(x)\nlog.info('%s', time.time() - started)\nreturn y",
        "interrupt({'asked_at': datetime.datetime.now().isoformat()})\nreturn x",
        "return pay(x, ref=ctx.idempotency_key)",
        "return pay(x, ref=str(uuid.uuid5(uuid.NAMESPACE_URL, ctx.idempotency_key)))",
        "return os.environ['HOME']",
        "with open(x) as file:\n    return file.read()",
    ],
)
def test_what_may_change_is_not(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body, parameters="ctx: Context[Any], x: str") == []


@pytest.mark.parametrize(
    "body",
    ["return requests.get(x).text", "subprocess.run(['ls', x])\nreturn x", "return fetch(x)"],
)
def test_reaching_outside_by_oneself_is_a_note(tmp_path: Path, body: str) -> None:
    more = "def fetch(x):\n    return httpx.get(x).text\n"
    assert found(tmp_path, body, more) == [("AG508", "note")]
