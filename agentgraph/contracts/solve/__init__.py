"""Is there a JSON value that does this and not that? A value, or none, or cannot tell.

Enters: schemas (2020-12, references within the document), signed: to be met or to be broken.
Leaves: a value that does all of it, the proof that none does, or why it cannot be told, within
counted fuel. May not know: contracts, verdicts, wording; the validating engine but for patterns
and formats.

Containment, coverage, overlap and emptiness are all this one question. `formula` turns schemas
into nodes, `search` takes a goal apart until only literals of one JSON kind are left, and
`numbers`, `strings`, `arrays` and `objects` build a value from those or show that there is none.
"""
