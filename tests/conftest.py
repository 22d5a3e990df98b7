pytest_plugins = ["tests.fixtures_chat", "tests.fixtures_redis"]
