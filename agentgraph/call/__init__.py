"""One agent call, made reliable: accept, attempt, retry, produce, fall back.

Enters: an agent's spec and body, the state's values (JSON), and the run it is part of, handed
in. Leaves: a state update (JSON), or a failure. May not know: any engine; how to pause, where
the call stands and whom to tell are given to it.
"""
