"""What happens in a run, as frozen events in the past tense, handed to sinks.

Enters: nothing. Leaves: events, and the `Sink` port. May not know: who emits or listens.
"""
