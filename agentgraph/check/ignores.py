"""What the source says it knows of: `# agentgraph: ignore[AG403]`, at the line of a finding."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from msgspec import Struct, field

from agentgraph.check.codes import as_code
from agentgraph.check.source_lines import SourceLines
from agentgraph.model.source import Source

_COMMENT = re.compile(r"#\s*agentgraph:\s*ignore\b(?:\[(?P<codes>[^\]]*)\])?")


class Ignore(Struct, frozen=True):
    """One comment, and the codes that it names, each once."""

    source: Source
    codes: tuple[str, ...]


class JudgedIgnore(Struct, frozen=True, kw_only=True, eq=False):
    """A comment, and what came of it.

    `unused` are those of its codes that it has waived nothing of; `unknown` those that are
    none of `known`, the codes of all rules.
    """

    source: Source
    codes: tuple[str, ...]
    unused: tuple[str, ...]
    unknown: tuple[str, ...]
    known: tuple[str, ...]


class _File(Struct, eq=False):
    lines: SourceLines
    comments: dict[int, Ignore]


class Ignores(Struct, eq=False):
    """The comments of all files that findings lie in, and which of them were of use.

    A comment waives what is found at its own line; at a line of the statement whose first
    line it is on; and at a call or a function's head that ends on its line. A source that
    cannot be read waives nothing.
    """

    _files: dict[str, _File] = field(default_factory=dict)
    _used: set[tuple[Source, str]] = field(default_factory=set)

    def waive(self, code: str, source: Source | None) -> bool:
        """Whether a comment waives the finding; that comment has then been of use."""
        if source is None:
            return False
        file = self._file(source.file)
        if not file.comments:
            return False
        for line in file.lines.about(source.line):
            comment = file.comments.get(line)
            if comment is not None and code in comment.codes:
                self._used.add((comment.source, code))
                return True
        return False

    def in_statement(self, source: Source) -> Iterator[Ignore]:
        """The comments within the statement that `source` is in."""
        file = self._file(source.file)
        if file.comments:
            extent = file.lines.statement(source.line)
            yield from (file.comments[line] for line in sorted(file.comments) if line in extent)

    def in_file(self, name: str, sources: Collection[Source]) -> Iterator[Ignore]:
        """The comments of a file; in functions and classes, only where one of `sources` is.

        A function that no checked graph has may be the agent of another graph.
        """
        file = self._file(name)
        here = {source.line for source in sources if source.file == name}
        for line in sorted(file.comments):
            extent = file.lines.statement(line)
            if not file.lines.is_nested(line) or here.intersection(extent):
                yield file.comments[line]

    def unused(self, comment: Ignore) -> tuple[str, ...]:
        """Those of the comment's codes that it has waived nothing of so far."""
        return tuple(c for c in comment.codes if (comment.source, c) not in self._used)

    def _file(self, name: str) -> _File:
        if name not in self._files:
            lines = SourceLines(name)
            self._files[name] = _File(lines, dict(_comments(name, lines)))
        return self._files[name]


def _comments(file: str, lines: SourceLines) -> Iterator[tuple[int, Ignore]]:
    for line, text in lines.comments(containing="agentgraph:"):
        found = _COMMENT.search(text)
        if found:
            codes = (as_code(code) for code in (found["codes"] or "").split(","))
            named = tuple(dict.fromkeys(code for code in codes if code))
            yield line, Ignore(Source(file, line), named)
