"""The frozen nouns of an agent graph: plain data, equal by value, JSON at heart.

Enters: nothing. Leaves: `GraphSpec`, `Plan` and what they are made of.
May not know: any other room but `errors`; no callable, no engine, no I/O.
"""
