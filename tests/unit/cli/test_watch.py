"""Checks again whenever a file has changed: what counts as a change, and that none is missed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agentgraph.cli.watch import repeat


class Project:
    """Files on disk, a check that counts, and waits that do what the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checks = 0
        self.names = ["flow.py", "helper.py"]
        self.while_checking: Callable[[], None] = lambda: None
        for name in self.names:
            self.write(name)

    def write(self, name: str, text: str = "") -> None:
        (self.folder / name).write_text(text)

    def check(self) -> None:
        self.checks += 1
        self.while_checking()

    def files(self) -> list[str]:
        return [str(self.folder / name) for name in self.names]

    def watch(self, *waits: Callable[[], object]) -> int:
        """How many checks there were by the time that all waits are over."""
        left: Iterator[Callable[[], object]] = iter(waits)

        def wait() -> None:
            step = next(left, None)
            if step is None:
                raise KeyboardInterrupt
            step()

        with pytest.raises(KeyboardInterrupt):
            repeat(self.check, self.files, wait=wait)
        return self.checks


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def nothing() -> None:
    pass


def test_it_is_checked_once_while_nothing_changes(project: Project) -> None:
    assert project.watch(nothing, nothing, nothing) == 1


def test_a_file_that_was_written_is_checked_again_and_named(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.watch(nothing, lambda: project.write("helper.py", "x = 1"), nothing) == 2
    told = capsys.readouterr().err
    assert "helper.py changed" in told
    assert told.count("watching 2 files") == 2


def test_a_file_of_the_same_size_too(project: Project) -> None:
    def touch() -> None:
        status = (project.folder / "flow.py").stat()
        os.utime(project.folder / "flow.py", ns=(status.st_atime_ns, status.st_mtime_ns + 1))

    assert project.watch(touch, nothing, touch) == 3


def test_a_file_that_goes_and_comes_back(project: Project) -> None:
    gone = project.folder / "flow.py"

    assert project.watch(gone.unlink, nothing, lambda: project.write("flow.py")) == 3


def test_a_file_that_becomes_one_of_them(project: Project) -> None:
    project.write("new.py")

    assert project.watch(lambda: project.names.append("new.py"), nothing) == 2


def test_a_change_during_the_check_is_not_missed(project: Project) -> None:
    def edit() -> None:
        if project.checks == 1:
            project.write("flow.py", "changed = True")

    project.while_checking = edit
    assert project.watch(nothing) == 2


def test_a_change_during_the_check_that_first_reads_the_file_is_not_missed(
    project: Project,
) -> None:
    def edit() -> None:
        if project.checks == 1:
            project.names.append("prompt.md")
            project.write("prompt.md", "written after it was read")
            status = (project.folder / "prompt.md").stat()
            later = status.st_mtime_ns + 10**9  # whatever the grain of the file system's clock
            os.utime(project.folder / "prompt.md", ns=(later, later))

    project.while_checking = edit
    assert project.watch(nothing) == 2
