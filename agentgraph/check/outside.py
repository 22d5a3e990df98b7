"""Calls whose meaning is known by their name: the clock, chance, the network, other programs."""

from __future__ import annotations

from agentgraph.read.facts import Call

CLOCK = frozenset(
    f"datetime.{name}"
    for name in ("datetime.now", "datetime.utcnow", "datetime.today", "date.today")
) | {"time.time", "time.time_ns", "time.localtime", "time.gmtime"}
IDENTITY = frozenset(
    {"uuid.uuid1", "uuid.uuid4", "os.urandom", "random.getrandbits"}
    | {f"secrets.{name}" for name in ("token_bytes", "token_hex", "token_urlsafe", "randbits")}
)
CHANCE = IDENTITY | frozenset(
    {f"secrets.{name}" for name in ("choice", "randbelow")}
    | {
        f"random.{name}"
        for name in (
            *("random", "randint", "randrange", "choice", "choices", "sample", "uniform"),
            *("gauss", "normalvariate", "expovariate", "betavariate", "triangular", "randbytes"),
        )
    }
)
ENVIRONMENT = frozenset({"os.getenv", "os.environ.get", "os.environ.__getitem__"})

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
_SENDING = frozenset({"post", "put", "patch", "delete"})
_SESSIONS = ("requests.Session()", "requests.session()", "httpx.Client()")
_ASYNC_SESSIONS = ("httpx.AsyncClient()", "aiohttp.ClientSession()")
_MAILERS = ("smtplib.SMTP()", "smtplib.SMTP_SSL()")
_WAITING = frozenset(
    {f"{library}.{verb}" for library in ("requests", "httpx") for verb in _VERBS}
    | {f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output")}
    | {"os.system", "subprocess.getoutput", "subprocess.getstatusoutput"}
    | {"psycopg.connect", "psycopg2.connect", "pymysql.connect", "socket.create_connection"}
    | {"smtplib.SMTP", "smtplib.SMTP_SSL", "urllib.request.urlopen", "urllib.request.urlretrieve"}
)
_PROGRAMS = frozenset({"asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"})
_DATABASE = frozenset({"execute", "executemany", "fetchone", "fetchall", "fetchmany", "commit"})
_MODELS = frozenset({"create", "parse"})
# Of these clients the named methods wait for an answer; of others of theirs nothing is known.
_CLIENTS: dict[str, frozenset[str]] = {
    **dict.fromkeys((f"{one}.connect()" for one in ("psycopg", "psycopg2", "pymysql")), _DATABASE),
    **dict.fromkeys(
        ("redis.Redis()", "redis.StrictRedis()", "redis.from_url()", "redis.Redis.from_url()"),
        frozenset(
            ("get", "set", "setex", "delete", "incr", "expire", "exists", "hget", "hset", "hgetall")
        )
        | {"lpush", "rpush", "lpop", "rpop", "blpop", "publish", "xadd", "sadd", "zadd", "ping"},
    ),
    **dict.fromkeys(("openai.OpenAI()", "anthropic.Anthropic()"), _MODELS),
    **dict.fromkeys(_MAILERS, frozenset({"login", "sendmail", "send_message", "starttls"})),
    **dict.fromkeys(_SESSIONS, _VERBS | {"send", "stream"}),
    "socket.socket()": frozenset({"sendall", "send", "recv", "connect", "accept", "recvfrom"}),
}


def is_blocking(call: Call) -> bool:
    """Whether the call holds its thread while it waits for something outside, for certain."""
    return not call.is_awaited and (call.name == "time.sleep" or _waits(call.name))


def is_network(call: Call) -> bool:
    """Whether the call reaches for the outside: the network or another program."""
    client, _, verb = call.name.rpartition(".")
    return (
        _waits(call.name)
        or call.name in _PROGRAMS
        or (client in _ASYNC_SESSIONS and verb in _VERBS | {"send", "stream"})
    )


def is_sending(call: Call) -> bool:
    """Whether the call asks some outside service to change something."""
    client, _, verb = call.name.rpartition(".")
    if client in ("requests", "httpx", *_SESSIONS, *_ASYNC_SESSIONS):
        return verb in _SENDING
    return client in _MAILERS and verb in ("sendmail", "send_message")


def is_recorded(call: Call) -> bool:
    """Whether it stands in what is handed to `ctx.step(...)`: it is not run a second time."""
    return any(callee.endswith(".step") for callee in call.handed_to)


def _waits(name: str) -> bool:
    if name in _WAITING:
        return True
    client = next((one for one in _CLIENTS if name.startswith(f"{one}.")), None)
    return client is not None and name.rpartition(".")[2] in _CLIENTS[client]
