"""Findings that the source says it knows of: `# agentgraph: ignore[AG403]` on their line."""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterable

from agentgraph.check.finding import Finding

_COMMENT = re.compile(r"#\s*agentgraph:\s*ignore(?:\[(?P<codes>[^\]]*)\])?")


def without_ignored(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that no comment on their own line waives.

    `ignore` without codes waives all. A source that cannot be read waives nothing.
    """
    return [finding for finding in findings if not _is_ignored(finding)]


def _is_ignored(finding: Finding) -> bool:
    if finding.file is None or finding.line is None:
        return False
    found = _COMMENT.search(linecache.getline(finding.file, finding.line))
    if found is None:
        return False
    codes = found["codes"]
    return codes is None or finding.code in {code.strip() for code in codes.split(",")}
