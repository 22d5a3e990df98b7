"""The picture for a terminal: box drawing characters over the common layout.

Enters: a `Picture`. Leaves: text, with ANSI colours if asked for. May not know: the
terminal itself (its width is handed in).
"""
