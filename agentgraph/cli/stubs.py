"""Stand-ins for packages that a module imports and that are not installed (`--stub-missing`)."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import inspect
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, cast


class Stubs:
    """Finds what nobody else finds. `names` are the packages that it stood in for.

    A module that is missing from a package which is there, or from the user's own folders, stays missing;
    so does what an installed package asks for: it may do without. Where several packages share one
    name (`langgraph.checkpoint`), each is a package of its own.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()

    def install(self) -> None:
        """From now on; those that can be imported are imported as ever."""
        if self not in sys.meta_path:
            sys.meta_path.append(self)

    def remove(self) -> None:
        """No longer; the stand-ins that were handed out are forgotten."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for name, module in list(sys.modules.items()):
            if isinstance(module, _Stub):
                del sys.modules[name]

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Python asks this last."""
        del path, target
        above = name.rpartition(".")[0]
        if not isinstance(sys.modules.get(above), _Stub):
            if above and not _is_shared(above):
                return None
            if name not in self.names and (_is_own(name) or not _is_asked_by_user()):
                return None
            self.names.add(name)
        return importlib.machinery.ModuleSpec(name, _Loader(), is_package=True)


class _Loader(importlib.abc.Loader):
    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Stub(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__path__ = []


class _Stub(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        found = _kind(name, _base_for(self.__name__))
        setattr(self, name, found)
        return found


class _Kind(type):
    """A class that has every attribute, and can stand as a base, an annotation or a decorator.

    `is_stand_in` tells it, and what is derived from it, from classes that say all that they have.
    """

    is_stand_in = True

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _kind(name, cls.made_of)

    def __getitem__(cls, item: object) -> type:
        return cls

    def __or__(cls, other: Any) -> Any:
        return cls

    def __ror__(cls, other: Any) -> Any:
        return cls

    def __iter__(cls) -> Iterator[Any]:
        return iter(())


class _Stand(metaclass=_Kind):
    """An object that answers to everything; given one function, it hands that back, as a decorator would.

    All that comes of it is `made_of` the same. It has a name and a text, and so can be taken for a tool.
    """

    # An annotation would be found where an object is asked for its types.
    made_of = cast("Any", None)

    @property
    def __name__(self) -> str:
        return cast("type", type(self)).__name__

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and _is_function(args[0]):
            return args[0]
        return super().__new__(cls)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Settings whose package is lacking have their defaults all the same.
        for name, value in list(vars(cls).items()):
            if type(value).__name__ == "FieldInfo":
                delattr(cls, name)
                if not value.is_required():
                    setattr(cls, name, value.get_default(call_default_factory=True))

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and _is_function(args[0]):
            return args[0]
        return self.made_of()

    def __getattr__(self, name: str) -> Any:
        if name == "__qualname__":
            return self.__name__
        if name.startswith("__"):
            raise AttributeError(name)
        return self.made_of()

    def __getitem__(self, item: object) -> Any:
        return self.made_of()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __or__(self, other: Any) -> Any:
        return other

    def __ror__(self, other: Any) -> Any:
        return other

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *raised: object) -> None: ...

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.any_schema()


_Stand.made_of = _Stand
_OF_TWO = inspect.signature(lambda left, right: None)  # noqa: ARG005


def _kind(name: str, base: Any) -> _Kind:
    # Who makes a tool or a reducer of a callable asks it for these.
    told = {
        "__doc__": "A stand-in for what is not installed.",
        "__annotations__": {},
        "__signature__": _OF_TWO,
    }
    return _Kind(name, (base,), {**told, "made_of": base})


@lru_cache(maxsize=1)
def _saver() -> Any:
    """LangGraph compiles no graph with a checkpointer that is none."""
    from langgraph.checkpoint.base import BaseCheckpointSaver

    class Saver(_Stand, BaseCheckpointSaver): ...  # type: ignore[type-arg]

    Saver.made_of = Saver
    return Saver


def _base_for(module: str) -> Any:
    return _saver() if module.startswith("langgraph.checkpoint.") else _Stand


def _is_function(value: object) -> bool:
    return callable(value) and hasattr(value, "__code__")


def _is_asked_by_user() -> bool:
    """Whether the import that is under way stands in code that is not installed."""
    # The documented way; inspect.stack() reads every file.
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001
    while frame is not None and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    if frame is None:
        return False
    file = frame.f_code.co_filename
    return "site-packages" not in file and not file.startswith((sys.base_prefix, "<"))


def _is_shared(name: str) -> bool:
    """Whether a package has no module of its own, so that several may put theirs below it.

    Not so LangGraph's root: what is missing there is gone.
    """
    module = sys.modules.get(name)
    own = getattr(module, "__file__", None)
    return name != "langgraph" and own is None and hasattr(module, "__path__")


def _is_own(name: str) -> bool:
    """Whether a folder of the path has it: then it is the user's, and broken."""
    name = name.partition(".")[0]
    folders = [Path(entry) for entry in sys.path if "site-packages" not in entry]
    return any((folder / name).is_dir() or (folder / f"{name}.py").is_file() for folder in folders)
