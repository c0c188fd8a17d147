"""Where compiled code and compiled plans are kept, and under what name.

A name is a hash of everything that makes what is kept: whole folders of sources and the versions below them.
So nothing stale is ever read, and another clone or environment of the same version compiles nothing again:
Numba's own locators go by the path and the age of a source file, which two clones never share.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import platform
import stat
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

APP = "firstminutes"


def hash_of(folders: Iterable[Path], versions: Iterable[str] = ()) -> str:
    """Return a hash (16 hex digits) of folders or files, of versions, of this Python and kind of machine.

    Parameters
    ----------
    folders : iterable of Path
        Every file in them counts, by name and content, wherever the folder lies.
    versions : iterable of str
        Libraries with their versions.
    """
    digest = hashlib.sha256()
    here = (sys.implementation.cache_tag or "", platform.python_version(), sys.platform, platform.machine())
    for word in (*here, *versions):
        digest.update(f"{word}\0".encode())
    for folder in folders:
        files = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
        for path in sorted(files):
            if path.suffix != ".pyc":
                name = path.relative_to(folder.parent).as_posix()
                content = path.read_bytes()
                digest.update(f"{name}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()[:16]


LIBRARIES = (f"numba {numba.__version__}", f"llvmlite {llvmlite.__version__}", f"numpy {np.__version__}")
KERNELS_HASH = hash_of([Path(__file__).parent], LIBRARIES)
"""What compiled kernels are kept under: all kernel sources and what compiles them."""


def cache_folder() -> Path:
    """Return the folder for compiled code and compiled plans, always absolute.

    `FIRSTMINUTES_CACHE` names it outright (a relative one counts from the working folder). Otherwise it lies
    in the user's cache folder; a variable for that which is empty or relative counts as unset. Without a
    home, or with one that nothing can be written to, it lies in the folder for temporary files.
    """
    chosen = os.environ.get("FIRSTMINUTES_CACHE")
    if chosen:
        return Path(chosen).absolute()
    folder = _user_folder()
    return folder / APP if folder is not None and _can_be_written(folder / APP) else _temporary()


def _user_folder() -> Path | None:
    windows = sys.platform == "win32"
    named = os.environ.get("LOCALAPPDATA" if windows else "XDG_CACHE_HOME", "")
    if Path(named).is_absolute():
        return Path(named)
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if not home.is_absolute():
        return None
    return home / "AppData" / "Local" if windows else home / ".cache"


def _can_be_written(folder: Path) -> bool:
    """Tell whether a folder takes files, or can be made."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _temporary() -> Path:
    """Return a folder of this user alone: what lies in it is run, so nobody else may put anything there."""
    if not hasattr(os, "getuid"):
        return Path(tempfile.gettempdir()).absolute() / APP
    folder = Path(tempfile.gettempdir()).absolute() / f"{APP}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022:
        return folder
    return Path(tempfile.mkdtemp(prefix=f"{APP}-"))


class _ByContent(_CacheLocator):
    """Says to Numba where the code of a function is kept: by what it is made of, not by where it lies."""

    def __init__(self, function: Any) -> None:
        self._py_file = function.__code__.co_filename  # Numba names it in a warning
        self._line = function.__code__.co_firstlineno

    def get_cache_path(self) -> str:
        return str(KERNELS_FOLDER)

    def get_source_stamp(self) -> str:
        return KERNELS_HASH

    def get_disambiguator(self) -> str:
        return str(self._line)


class _Implementation(CompileResultCacheImpl):
    def __init__(self, function: Any) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = _ByContent(function)
        module = function.__module__.rpartition(".")[2]
        self._filename_base = self.get_filename_base(
            f"{module}.{function.__qualname__}", getattr(sys, "abiflags", "")
        )


class KernelCache(FunctionCache):
    """Numba's cache of one kernel, in our folder; what cannot be read or written is compiled again."""

    _impl_class = _Implementation

    def load_overload(self, signature: Any, context: Any) -> Any:
        """Return the compiled kernel for these types, or None."""
        try:
            found = super().load_overload(signature, context)
        except Exception:  # a torn file may raise anything; it is written anew
            found = None
        if found is None:
            COMPILATION.begins()
        return found

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep a compiled kernel, where that is possible."""
        COMPILATION.done += 1
        with contextlib.suppress(OSError):  # a full or read-only disk only costs the time to compile again
            try:
                super().save_overload(signature, compiled)
            except (EOFError, ValueError, pickle.UnpicklingError):
                self.flush()  # the list of what is kept is torn: begin another
                super().save_overload(signature, compiled)


class Compilation:
    """Says on stderr that kernels are compiled, and how far it is: it takes about a minute, once per version.

    Parameters
    ----------
    is_first : bool
        Nothing is kept yet: say so at once. Otherwise a single kernel for new types is not worth a word.
    """

    PATIENCE_S = 3.0
    EVERY_S = 15.0

    def __init__(self, *, is_first: bool) -> None:
        self.total = self.done = 0
        self._begun: float | None = None
        self._said: float | None = None
        self._is_first = is_first

    def begins(self) -> None:
        """Note that another kernel is not kept and is compiled now."""
        now = time.monotonic()
        if self._begun is None:
            self._begun = now
        if self._said is None:
            if self._is_first or (now - self._begun > self.PATIENCE_S and self.done > 1):
                self._said = now
                self._say("compiling the model for this machine; once per version, about a minute.")
        elif now - self._said > self.EVERY_S:
            self._said = now
            self._say(f"compiled {self.done} of about {self.total} parts.")

    @staticmethod
    def _say(text: str) -> None:
        if sys.stderr is not None:
            print(f"First Minutes: {text}", file=sys.stderr, flush=True)


KERNELS_FOLDER = cache_folder() / f"kernels-{KERNELS_HASH}"
COMPILATION = Compilation(is_first=not KERNELS_FOLDER.is_dir())
