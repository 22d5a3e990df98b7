"""The command line: one file per command, joined in `app`.

Enters: arguments, `[tool.agentgraph]`, the user's modules. Leaves: text or JSON on stdout,
everything else on stderr, an exit code. May not know: how anything is done; each command
imports the room that does it when it is called, so that none pays for another.
"""
