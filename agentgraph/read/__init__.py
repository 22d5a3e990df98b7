"""Python source to facts: what a function does, as far as its text tells for certain.

Enters: a place, file and line of a `def`. Leaves: frozen facts about that function. May not know:
graphs, agents, rules. No module is imported and nothing is run; of modules that are loaded already,
the names are looked up. What cannot be seen is left out.

What others import: `function` (`read_function`), `facts` (the nouns), `following` (`reached`),
`live` (`tool_of`), `files` (`read_file`).
"""
