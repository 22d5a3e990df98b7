import signal

from hypothesis import settings

# How long an example takes is no property of the code: machines are shared.
settings.register_profile("agentgraph", deadline=None)
settings.load_profile("agentgraph")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So a shell starts what runs in the background; commands under test would never hear of a Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The cluster last: it imports from the one before, which pytest wants to have loaded itself.
pytest_plugins = ["tests.fixtures_chat", "tests.fixtures_redis", "tests.fixtures_cluster"]
