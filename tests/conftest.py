from hypothesis import settings

# How long an example takes is no property of the code: machines are shared.
settings.register_profile("agentgraph", deadline=None)
settings.load_profile("agentgraph")

pytest_plugins = ["tests.fixtures_chat", "tests.fixtures_redis"]
