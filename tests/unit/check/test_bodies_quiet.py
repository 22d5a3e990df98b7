"""Good bodies of many styles: nothing is to be said of any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.check.judging import codes, judged

PLAIN = {
    "pure function": "@agent(writes='y')\ndef body(x: str) -> str:\n    return x.upper()",
    "clock in the result": "@agent(writes='y')\ndef body(x: str) -> str:\n    return f'{x} as of {datetime.datetime.now():%Y-%m-%d}'",
    "async tool": "@agent(writes='y', tools=[alook])\nasync def body(x: str) -> str:\n    return await alook(x)",
    "gathered tools": "@agent(writes='y', tools=[alook])\nasync def body(x: str) -> str:\n    found = await asyncio.gather(*(alook(one) for one in x.split()))\n    return ' '.join(found)",
    "task group": """
        @agent(writes='y', tools=[alook])
        async def body(x: str) -> str:
            async with asyncio.TaskGroup() as group:
                first, second = group.create_task(alook(x)), group.create_task(alook(x))
            return first.result() + second.result()
        """,
    "semaphore": """
        @agent(writes='y', tools=[alook])
        async def body(x: str) -> str:
            limit = asyncio.Semaphore(3)
            async def one(word: str) -> str:
                async with limit:
                    return await alook(word)
            return ' '.join(await asyncio.gather(*(one(word) for word in x.split())))
        """,
    "tool errors handled": """
        @agent(writes='y', tools=[look])
        def body(x: str) -> str:
            try:
                return look(x)
            except Exception:
                log.exception("no luck with %s", x)
                return ""
        """,
    "approval, then effects": """
        @agent(writes='y', tools=[ask, send, look])
        def body(x: str) -> str:
            known = look(x)
            if not known:
                return "unknown"
            receipt = ask(known)
            send(receipt)
            return receipt
        """,
    "a person says no": """
        from agentgraph.call.errors import ToolDeniedError

        @agent(writes='y', tools=[ask])
        def body(x: str) -> str:
            try:
                return ask(x)
            except ToolDeniedError:
                return "denied"
        """,
    "keyed payment before approval": """
        @agent(writes='y', tools=[pay, ask])
        def body(ctx: Context[Any], x: str) -> str:
            pay(x, ref=ctx.idempotency_key)
            return ask(x)
        """,
    "LangGraph's own signals pass": """
        @agent(writes='y', tools=[ask])
        def body(x: str) -> str:
            try:
                return ask(x)
            except GraphBubbleUp:
                raise
            except Exception as error:
                return f"failed: {error}"
        """,
    "measured": """
        @agent(writes='y', tools=[ask])
        def body(x: str) -> str:
            start = time.perf_counter()
            try:
                return ask(x)
            finally:
                log.info("took %.3f s", time.perf_counter() - start)
        """,
    "sampled": """
        @agent(writes='y', tools=[look])
        def body(x: str) -> str:
            words = random.sample(x.split(), k=1)
            return look(words[0])
        """,
    "settings at import": """
        REGION = os.environ.get("REGION", "eu")
        SERVICE = f"https://{REGION}.api.example.com"

        @tool(read_only=True)
        def fetch(x: str) -> str:
            return requests.get(f"{SERVICE}/orders/{x}", headers={"Authorization": os.environ["KEY"]}).text

        @agent(prompt="Answer {x}", writes='y', tools=[fetch])
        def body(x: str) -> str:
            return by_model()
        """,
    "blocking client in a plain tool": """
        @tool(read_only=True)
        def fetch(x: str) -> str:
            time.sleep(0)
            return requests.get("https://api.example.com/orders", params={"q": x}).text

        @agent(writes='y', tools=[fetch])
        def body(x: str) -> str:
            return fetch(x)
        """,
    "threads for blocking work": """
        @tool(read_only=True)
        async def fetch(x: str) -> str:
            reply = await asyncio.to_thread(requests.get, "https://api.example.com", params={"q": x})
            return reply.text

        @agent(writes='y', tools=[fetch])
        async def body(x: str) -> str:
            return await fetch(x)
        """,
    "executor": """
        @tool(read_only=True)
        async def fetch(x: str) -> str:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, lambda: requests.get("https://api.example.com").text)

        @agent(writes='y', tools=[fetch])
        async def body(x: str) -> str:
            return await fetch(x)
        """,
    "async client": """
        @tool(read_only=True)
        async def fetch(x: str) -> str:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"https://api.example.com/{x}")).text

        @agent(writes='y', tools=[fetch])
        async def body(x: str) -> str:
            return await fetch(x)
        """,
    "async redis": """
        import redis.asyncio as redis

        @tool(read_only=True)
        async def fetch(x: str) -> str:
            client = redis.Redis()
            return str(await client.get(x))

        @agent(writes='y', tools=[fetch])
        async def body(x: str) -> str:
            return await fetch(x)
        """,
    "bound parameters": """
        @tool(read_only=True, open_world=False)
        def count(status: str, limit: int) -> int:
            with sqlite3.connect(":memory:") as books:
                sql = f"SELECT count(*) FROM orders WHERE status = ? LIMIT {limit}"
                return books.execute(sql, (status,)).fetchone()[0]

        @agent(prompt="Answer {x}", writes='y', tools=[count])
        def body(x: str) -> str:
            return by_model()
        """,
    "a checked name": """
        TABLES = {"orders", "parcels"}

        @tool(read_only=True, open_world=False)
        def count(table: str) -> int:
            if table not in TABLES:
                raise ValueError(f"no table {table}")
            with sqlite3.connect(":memory:") as books:
                return books.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

        @agent(prompt="Answer {x}", writes='y', tools=[count])
        def body(x: str) -> str:
            return by_model()
        """,
    "a list of arguments": """
        @tool(destructive=False)
        def blame(file: str) -> str:
            return subprocess.run(["git", "blame", "--", file], capture_output=True, text=True).stdout

        @agent(prompt="Answer {x}", writes='y', tools=[blame])
        def body(x: str) -> str:
            return by_model()
        """,
    "decorated": """
        def logged(function):
            @functools.wraps(function)
            def inner(*args, **kwargs):
                log.info("called")
                return function(*args, **kwargs)
            return inner

        @agent(writes='y', tools=[look])
        @logged
        def body(x: str) -> str:
            return look(x)
        """,
    "a dispatch table": """
        WAYS = {"a": look, "b": send}

        @agent(writes='y', tools=[look])
        def body(x: str) -> str:
            return WAYS["a"](x)
        """,
    "match": """
        @agent(writes='y', tools=[ask, send])
        def body(x: str) -> str:
            match x.split():
                case ["tell", what]:
                    return send(what)
                case ["do", what]:
                    return ask(what)
                case _:
                    return x
        """,
    "cached helper": """
        @functools.cache
        def rules() -> list[str]:
            with open(__file__) as file:
                return file.read().split()

        @agent(writes='y')
        async def body(x: str) -> str:
            return rules()[0] + x
        """,
    "a factory": """
        def make(name: str, look_up=look):
            @agent(name=name, writes='y', tools=[look_up])
            def made(x: str) -> str:
                return look_up(x)
            return made

        body = make("body")
        """,
    "stream of events": """
        @agent(writes='y', tools=[ask])
        def body(ctx: Context[Any], x: str) -> str:
            ctx.emit("asking", {"at": datetime.datetime.now().isoformat()})
            return ask(x)
        """,
    "retry by hand": """
        @agent(writes='y', tools=[look])
        async def body(x: str) -> str:
            for attempt in range(3):
                try:
                    return look(x)
                except Exception:
                    await asyncio.sleep(2**attempt + random.random())
            return ""
        """,
    "named like tools": """
        class Client:
            def send(self, x: str) -> str:
                return x
            def execute(self, text: str) -> str:
                return text

        client = Client()

        @agent(writes='y', tools=[ask])
        def body(x: str) -> str:
            send = client.send
            send(x)
            client.execute(f"select {x} from menu")
            return ask(x)
        """,
}


@pytest.mark.parametrize("style", PLAIN)
def test_a_good_body_is_left_alone(tmp_path: Path, style: str) -> None:
    assert codes(judged(tmp_path, PLAIN[style])) == []
