"""What agents, tools and graphs may say of themselves alike: versions, policies, names."""

from __future__ import annotations

import re
from dataclasses import replace

from agentgraph.errors import Problem
from agentgraph.model.policy import Policies
from agentgraph.model.source import Source

# https://semver.org, the core and optional pre-release and build parts
_NUMBER = r"(0|[1-9]\d*)"
_REST = r"[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*"
_SEMVER = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_REST})?(\+{_REST})?", re.ASCII)


def version_problems(where: str, version: object) -> list[Problem]:
    """Why a version is none; None is fine."""
    if version is None or (isinstance(version, str) and _SEMVER.fullmatch(version)):
        return []
    help_ = 'write version="1.0.0"'
    return [Problem(f"{version!r} is not a semantic version", where=where, help=help_)]


def policy_problems(where: str, policies: Policies) -> list[Problem]:
    """What cannot be meant in a timeout or a retry."""
    problems = []
    if policies.timeout is not None and policies.timeout <= 0:
        message = f"a timeout of {policies.timeout} seconds leaves no time"
        problems.append(Problem(message, where=f"{where}.timeout"))
    retry = policies.retry
    if retry is not None and retry.attempts < 1:
        message, help_ = f"{retry.attempts} attempts are none", "attempts counts the first one too"
        problems.append(Problem(message, where=f"{where}.retry", help=help_))
    if retry is not None and min(retry.wait, retry.max_wait, retry.jitter, retry.backoff) < 0:
        problems.append(Problem("nobody can wait for a negative time", where=f"{where}.retry"))
    named: object = retry.on if retry is not None else ()
    if isinstance(named, str):
        message, help_ = f"on={named!r} is one text", f"write on=({named!r},)"
        problems.append(Problem(message, where=f"{where}.retry", help=help_))
    return problems


def placed(problem: Problem, source: Source | None) -> Problem:
    """The problem with a place, where it had none."""
    if problem.file is not None or source is None:
        return problem
    return replace(problem, file=source.file, line=source.line)
