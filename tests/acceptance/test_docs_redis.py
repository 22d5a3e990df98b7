"""What the page on Redis shows is what happens: its Python, its commands and what they print, its permissions."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from redis import Redis
from redis.cluster import RedisCluster

from benchmarks.sizing import constants
from checkpoints import EmbeddedRedis, RedisJournal, RedisSaver, RedisStore, errors
from checkpoints.errors import RedisRefusedError
from checkpoints.keys import FORMAT, thread_keys
from checkpoints.upkeep import Upkeep
from tests.acceptance.cli import with_langgraph as agentgraph
from tests.fixtures_cluster import MASTERS, free_ports, wait_for
from tests.fixtures_redis import VERSIONS, require_binary
from tests.unit.checkpoints import made

PAGE = (Path(__file__).parents[2] / "docs" / "redis.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n", re.MULTILINE)
ADDRESS = "redis://localhost:6379/0"
DISTRIBUTIONS_OWN = {"appendonly": "no", "save": "3600 1 300 100 60 10000"}
"""How Debian's redis.conf has it."""
CHANGING = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID"),
    (r"\b(\d{10})\.[0-9a-f]{10}\b", r"\1.RANDOM"),
    (r"\b\d{16}\b", "MICROSECONDS"),
    (r"^\d{2,5} (?=app:)", "BYTES "),
    # The checksum is over the name, which has a random part.
    (r'"\\x02.*?\\x00\\amsgpack', r'"\\x02 CRC-32 \\x00\\amsgpack'),
]


def commands(block: str) -> list[tuple[str, str]]:
    """Each command with the output shown for it."""
    found = COMMAND.split(block)[1:]
    return list(zip(found[::2], found[1::2], strict=True))


def steady(printed: str) -> str:
    """What is printed, without what is another each time."""
    for pattern, name in CHANGING:
        printed = re.sub(pattern, name, printed, flags=re.MULTILINE)
    return printed


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, cluster_port: int) -> Iterator[dict[str, str]]:
    """Where the page's addresses are here: a server set up as distributions do, with TLS, with Sentinel, a cluster."""
    folder = tmp_path_factory.mktemp("page")
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedRedis(folder, binary=require_binary("7.0")))
        with server.client() as client:
            for name, value in DISTRIBUTIONS_OWN.items():
                client.config_set(name, value)
        start = Starter(stack, require_binary("7.0"), folder)
        yield {
            ADDRESS: server.url,
            **start.with_tls(),
            '("sentinel-1.example", 26379)': f'("127.0.0.1", {start.sentinel()})',
            "redis://node-1.example:6379/0": f"redis://127.0.0.1:{cluster_port}/0",
        }


class Starter:
    """Starts servers that end with `stack`."""

    def __init__(self, stack: ExitStack, binary: str, folder: Path) -> None:
        self.stack, self.binary, self.folder = stack, binary, folder

    def up(self, *words: str, ready: Callable[[], Any]) -> None:
        process = self.stack.enter_context(
            subprocess.Popen([self.binary, *words], cwd=self.folder, stdout=subprocess.DEVNULL)
        )
        self.stack.callback(process.terminate)
        wait_for(ready)

    def with_tls(self) -> dict[str, str]:
        [port] = free_ports(1)
        subprocess.run(
            shlex.split(
                "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out ca.pem -days 2 "
                "-subj /CN=localhost -addext subjectAltName=DNS:localhost"
            ),
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        files = "--tls-cert-file ca.pem --tls-key-file key.pem --tls-ca-cert-file ca.pem"
        words = f"--port 0 --tls-port {port} {files} --tls-auth-clients no --save ''"
        certificate = str(self.folder / "ca.pem")
        one = Redis(host="localhost", port=port, ssl=True, ssl_ca_certs=certificate)
        self.up(*shlex.split(words), ready=self.stack.enter_context(closing(one)).ping)
        return {
            "rediss://redis.example:6380/0": f"rediss://localhost:{port}/0",
            "/etc/ssl/redis-ca.pem": certificate,
        }

    def sentinel(self) -> int:
        master, port = free_ports(2)
        one = self.stack.enter_context(closing(Redis(port=master)))
        self.up("--port", str(master), "--save", "", ready=one.ping)
        config = self.folder / "sentinel.conf"
        config.write_text(f"port {port}\nsentinel monitor mymaster 127.0.0.1 {master} 1\n")
        two = self.stack.enter_context(closing(Redis(port=port)))
        self.up(str(config), "--sentinel", ready=two.ping)
        return port


@pytest.fixture(scope="module")
def told(places: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The page worked through from top to bottom: names its Python made, and each command, what is shown, what it printed."""
    folder = tmp_path_factory.mktemp("shell")
    names: dict[str, Any] = {"__name__": "page"}
    ran: list[tuple[str, str, str]] = []
    for language, block in BLOCKS:
        if language == "python":
            code = here(block, places)
            exec(compile(code, "docs/redis.md", "exec"), names)
        for command, shown in commands(block) if language == "console" else ():
            ran.append((command, shown, printed(here(command, places), folder, places[ADDRESS])))
    names["spread"].delete_thread("T-1")
    for name in ("saver", "secure", "safe", "spread"):
        names[name].close()
    names["nodes"].close()
    names["client"].close()
    return names | {"ran": ran}


def here(text: str, places: dict[str, str]) -> str:
    for address, place in places.items():
        text = text.replace(address, place)
    return text


def printed(command: str, folder: Path, url: str) -> str:
    """What a command prints; what it has to say comes before its answer."""
    if command.startswith("agentgraph "):
        ran = agentgraph(*shlex.split(command)[1:], cwd=folder)
        return ran.err + ran.out
    client = shutil.which("redis-cli")
    if client is None:
        pytest.skip("needs redis-cli")
    script = f'redis-cli() {{ {client} -s {url.removeprefix("unix://")} "$@"; }}\n{command}'
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return (done.stderr + done.stdout).decode(errors="replace")


def test_every_command_prints_what_is_shown(told: dict[str, Any]) -> None:
    assert len(told["ran"]) >= 11
    for command, shown, really in told["ran"]:
        assert steady(really) == steady(shown), command


def test_what_python_made_is_there(told: dict[str, Any]) -> None:
    assert len([block for language, block in BLOCKS if language == "python"]) == 7
    assert told["done"].payloads > 0
    assert told["old"] != told["new"]


def permitted() -> list[str]:
    """The rules that the page gives the user `agents`."""
    rules: list[str] = []
    for language, block in BLOCKS:
        for command, _ in commands(block) if language == "console" else ():
            words = shlex.split(command.replace("\\\n", ""))
            if words[1:4] == ["acl", "setuser", "agents"]:
                rules += words[4:]
    return ["reset", "on", *rules]


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest, short_folder: Path) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(short_folder, binary=require_binary(request.param)) as server:
        yield server


def test_who_may_do_what_the_page_lists_can_do_all_and_needs_all_of_it(
    server: EmbeddedRedis,
) -> None:
    rules = permitted()
    with server.client() as client:
        client.execute_command("ACL", "SETUSER", "agents", *rules)
        client.config_resetstat()
        everything(server.url, username="agents", password="a long password")
        stats: Any = client.info("commandstats")
    used = {
        name.removeprefix("cmdstat_").partition("|")[0]
        for name, said in stats.items()
        if said["calls"] > said.get("failed_calls", 0)
    }
    # HELLO and AUTH need no permission; redis-py does not insist on CLIENT. The rest is this test's.
    used -= {"hello", "auth", "client"}
    listed = {rule[1:].partition("|")[0] for rule in rules if rule.startswith("+")}
    assert used == listed


def test_a_cluster_is_asked_for_its_layout_besides(cluster_port: int) -> None:
    options: Any = {"host": "127.0.0.1", "port": cluster_port}
    rules = [*permitted(), *re.findall(r"a cluster `(.*?)`", PAGE)[0].split()]
    with closing(RedisCluster(**options)) as client:
        nodes = client.get_primaries()
        for node in nodes:
            client.execute_command("ACL SETUSER", "agents", *rules, target_nodes=node)
        named = RedisCluster(**options, username="agents", password="a long password")
        with closing(named):
            saver = RedisSaver.from_client(named, prefix="app:permitted:")
            for thread in range(2 * MASTERS):
                made.put(saver, made.config(thread), {"n": thread})
            assert len(list(saver.threads())) == 2 * MASTERS
            for thread in range(2 * MASTERS):
                saver.delete_thread(str(thread))
        for node in nodes:
            client.execute_command("ACL DELUSER", "agents", target_nodes=node)


def test_what_is_not_permitted_is_refused(server: EmbeddedRedis) -> None:
    options: Any = {"username": "agents", "password": "a long password"}
    with server.client() as client:
        client.execute_command("ACL", "SETUSER", "agents", *permitted())
    with (
        RedisSaver.from_url(server.url, prefix="other:", **options) as saver,
        pytest.raises(RedisRefusedError, match="refused the command"),
    ):
        made.put(saver, made.config("t"), {"n": 1})


def everything(url: str, **options: Any) -> None:
    """What savers, journal, leases and store do, each thing at least once."""
    with (
        RedisSaver.from_url(url, prefix="app:", ttl=60, refresh_on_read=True, **options) as saver,
        RedisJournal.from_url(url, prefix="app:", **options) as journal,
        RedisSaver.from_url(url, prefix="app:", encryption=bytes(32), **options) as encrypting,
        RedisStore.from_url(url, prefix="app:", **options) as store,
    ):
        keep(saver)
        lease = saver.lease("t", "me")
        saver.renew(lease)
        saver.release(lease)
        for _ in range(2):
            journal.record("t", "place", "key", b"x")
            journal.put_run("t", "r", b"x")
        assert journal.read("t", "place") == {"key": b"x"}
        assert len(journal.read_thread("t")) == len(journal.get_runs("t")) == 1
        saver.copy_thread("t", "u")
        upkeep = Upkeep(saver)
        assert [one.thread_id for one in upkeep.sizes(["t"])] == ["t"]
        assert upkeep.fields("t")
        saver.prune(["t"])
        saver.delete_for_runs(["r"])
        assert encrypting.migrate("u").rewritten
        saver.delete_thread("t")
        saver.delete_thread("u")
        assert saver.advice() == []
        look_after(store)


def keep(saver: RedisSaver) -> None:
    first = made.put(saver, made.config("t"), {"n": 1, "big": "x" * 5_000}, run_id="r")
    saver.put_writes(first, [("n", 2), ("said", "y" * 5_000)], "task")
    for answer in (1, 2):
        saver.put_writes(first, [("__interrupt__", answer)], "task")
    second = made.put(saver, first, {"n": 2}, run_id="s")
    made.put(saver, second, {"n": 2}, new={"n": "1.0", "gone": "1.0"}, run_id="s")
    assert saver.get_tuple(first)
    # Of a thread that has something, but not what is asked for.
    assert saver.get_tuple(made.config("t", checkpoint="none")) is None
    assert len(list(saver.list(None))) == len(list(saver.list(made.config("t")))) == 3
    assert len(list(saver.list(made.config("t"), filter={"run_id": "s"}))) == 2
    saver.get_delta_channel_history(config=second, channels=["said"])
    assert len(list(saver.threads())) == 1


def look_after(store: RedisStore) -> None:
    shelf = ("books", "science")
    for _ in range(2):
        store.put(shelf, "kept", {"n": 1})
        store.put(shelf, "brief", {"n": 1}, ttl=1)
    assert store.get(shelf, "brief")
    assert len(store.search(shelf[:1], filter={"n": 1})) == 2
    assert store.list_namespaces() == [shelf]
    store.delete(shelf, "kept")
    store.delete(shelf, "brief")
    assert store.list_namespaces() == []
    store.put(shelf, "brief", {"n": 1}, ttl=1)


def test_the_bytes_are_as_said() -> None:
    """A figure on the page is rounded; one that has become another is wrong."""
    said = dict(
        re.findall(r"^\| (an? [^|]*|each [^|]*) \| ([\d,.]+)(?:: [^|]*)? \|$", PAGE, re.MULTILINE)
    )
    found = measured()
    assert len(found) == 9
    for what, size in list(found.items())[:6]:
        assert float(said[what].replace(",", "")) == pytest.approx(size, rel=0.15), what
    small, middle, large = list(found.values())[6:]
    assert small == pytest.approx(float(said["a byte of a new value below 4 KB"]), rel=0.15)
    assert "of prose, which is compressed, 0.4 to 0.55" in PAGE
    assert 0.35 < large < middle < 0.6


def measured() -> dict[str, float]:
    with TemporaryDirectory() as folder:
        server = EmbeddedRedis(folder, binary=require_binary("7.0"))
        with server, server.client() as client, RedisSaver.from_url(server.url) as saver:
            return constants(client, saver)


def test_every_name_is_one() -> None:
    for name in set(re.findall(r"`(\w+Error)`", PAGE)):
        assert hasattr(errors, name), name
    assert f"This is format {FORMAT}," in PAGE
    rows = re.findall(r"^\| `(\w+)` \| (?:sorted set|hash|string) \|", PAGE, re.MULTILINE)
    assert rows == [key.rpartition(":")[2] for key in thread_keys("", "T")]
