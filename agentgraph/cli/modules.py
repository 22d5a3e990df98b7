"""Imports a user's module as Python does, and says in one message why it cannot."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, TracebackType

from agentgraph.cli.settings import project_root
from agentgraph.cli.streams import stdout_to_stderr
from agentgraph.cli.stubs import Stubs
from agentgraph.cli.targets import Target
from agentgraph.cli.why import explained
from agentgraph.errors import Problem, ProblemsError, TargetError

_OURS = str(Path(__file__).parents[1])
_KEPT = frozenset({"agentgraph", "checkpoints"})


class Importer:
    """Loads modules one after another.

    Each file's own root goes to the front of the path: the folder of its topmost package,
    or its own folder, and then the project's. Modules of an earlier root make way, so that
    two folders may both have a `helpers.py`.
    """

    def __init__(self, stubs: Stubs | None = None) -> None:
        self._stubs = stubs
        self.files: set[str] = set()
        """The sources of all modules of the user's that were loaded."""
        self._root: Path | None = None
        self._before = set(sys.modules)

    def load(self, target: Target) -> ModuleType:
        """The target's module. TargetError: it cannot be imported, with the user's own line."""
        if self._stubs is not None:
            self._stubs.install()
        try:
            with stdout_to_stderr():
                return self._load(target)
        except (TargetError, KeyboardInterrupt):
            raise
        except SystemExit as error:
            problem = _raised(error, target, f"the module calls sys.exit({error.code!r}) at import")
            raise TargetError([problem]) from error
        except ProblemsError as error:
            raise TargetError(_placed(error, target), error.headline) from error
        except SyntaxError as error:
            raise TargetError([_syntax(error)]) from error
        except Exception as error:  # whatever a user's module may raise
            raise TargetError(
                [explained(error, _raised(error, target, _sentence(error)))]
            ) from error
        finally:
            self._note_files(target)

    def _note_files(self, target: Target) -> None:
        loaded = [module for name, module in sys.modules.items() if name not in self._before]
        files = (getattr(module, "__file__", None) for module in loaded)
        self.files.update(file for file in files if file and _is_users(file))
        if target.file is not None:  # even where it could not be loaded
            self.files.add(str(target.file))

    def _load(self, target: Target) -> ModuleType:
        if target.file is None:
            self._enter(Path.cwd())
            return _by_name(target)
        root, name = _package_of(target.file)
        self._enter(root)
        if root == target.file.parent:
            return _by_file(target.file)
        module = importlib.import_module(name)
        if module.__file__ is None or not Path(module.__file__).samefile(target.file):
            message = f"it would be imported as {name}, which is {module.__file__}"
            raise TargetError([Problem(message, where=target.text, help="rename one of the two")])
        return module

    def _enter(self, root: Path) -> None:
        if root == self._root:
            return
        if self._root is not None:
            self._forget(self._root)
        self._root = root
        for folder in (project_root(root), root):
            if folder is not None:
                text = str(folder)
                sys.path[:] = [text, *(entry for entry in sys.path if entry != text)]
        importlib.invalidate_caches()

    def _forget(self, root: Path) -> None:
        """Drops what was imported from `root`, and `root` from the path."""
        sys.path[:] = [entry for entry in sys.path if entry != str(root)]
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            ours = name.partition(".")[0] in _KEPT  # in our own repository they lie below the root
            if name not in self._before and not ours and file and _inside(Path(file), root):
                del sys.modules[name]


def _inside(file: Path, folder: Path) -> bool:
    return file.is_relative_to(folder) and "site-packages" not in file.parts


def _package_of(file: Path) -> tuple[Path, str]:
    """The folder to import from, and the module's dotted name as seen from there."""
    parts = [] if file.name == "__init__.py" else [file.stem]
    folder = file.parent
    levels = _levels(file)  # `from ..state` is of a package, whether its folders say so or not
    while folder.name.isidentifier() and (levels > 0 or (folder / "__init__.py").is_file()):
        parts.insert(0, folder.name)
        folder = folder.parent
        levels -= 1
    return folder, ".".join(parts)


def _levels(file: Path) -> int:
    """How far up a file's relative imports go; 0 where it has none."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return 0
    return max((one.level for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)), default=0)


def _by_name(target: Target) -> ModuleType:
    name = target.module or ""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name + ".").startswith(error.name + "."):
            raise  # the module is there; something that it imports is not
        message = f"no module named {error.name!r}"
        help_ = "a file's name ends in .py" if "." not in name else "is it installed here?"
        raise TargetError([Problem(message, where=target.text, help=help_)]) from None


def _by_file(file: Path) -> ModuleType:
    """A module that is in no package, under its own name where that is free."""
    name = file.stem
    known = sys.modules.get(name)
    if known is not None:
        theirs = getattr(known, "__file__", None)
        if theirs and Path(theirs) == file:
            return known
        name = f"{file.parent.name}.{name}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise TargetError([Problem("not a Python module", where=str(file))])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _syntax(error: SyntaxError) -> Problem:
    text = (error.text or "").strip()
    return Problem(
        f"{type(error).__name__}: {error.msg}" + (f", in `{text}`" if text else ""),
        file=error.filename,
        line=error.lineno,
    )


def _sentence(error: Exception) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _placed(error: ProblemsError, target: Target) -> list[Problem]:
    """The error's problems; those without a place get the user's line that raised it."""
    here = _raised(error, target, "")
    return [
        problem
        if problem.file is not None
        else Problem(problem.message, problem.where, here.file, here.line, problem.help)
        for problem in error.problems
    ]


def _raised(error: BaseException, target: Target, message: str) -> Problem:
    """The error at the last line of the user's own code that led to it."""
    file, line = None, None
    for frame, number in _frames(error.__traceback__):
        if _is_users(frame):
            file, line = frame, number
    help_ = ""
    if isinstance(error, ModuleNotFoundError):
        help_ = f"install it where agentgraph runs: {sys.executable}"
    if file is None and target.file is not None:
        file, line = str(target.file), 1
    return Problem(message, where="" if file else target.text, file=file, line=line, help=help_)


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    for frame, number in traceback.walk_tb(trace):
        yield frame.f_code.co_filename, number


def _is_users(file: str) -> bool:
    """Neither ours, nor Python's, nor an installed package's."""
    if file.startswith((_OURS, "<")) or "site-packages" in file:
        return False
    return not file.startswith(str(Path(importlib.__file__).parent.parent))
