"""What a locked-in Python has to read: its own library, the shared objects under it, and installed packages.

isocost itself is left out: it carries reference solutions and tests.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import msgspec

_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime")
_OURS = "isocost"


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    """The interpreter that programs run under, and the paths that it needs."""

    executable: str
    """Path of the bare interpreter, without a virtual environment."""
    binds: tuple[str, ...]
    """Folders and files that must exist inside a private root."""
    readable: tuple[str, ...]
    """Folders and files whose content programs may read."""
    listable: tuple[str, ...]
    """Folders whose entries programs may list."""
    packages: tuple[str, ...]
    """Folders of installed packages, appended to the module path."""


def running() -> Interpreter:
    """Describe the interpreter that runs this code."""
    executable = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    standard = {sysconfig.get_path(name, vars={"base": sys.base_prefix, "platbase": sys.base_exec_prefix})
                for name in ("stdlib", "platstdlib")}  # fmt: skip
    shared = sysconfig.get_config_var("LIBDIR")
    library = {*standard, *([shared] if shared else [])}
    system = [path for path in (*_SYSTEM, *_SYSTEM_FILES) if Path(path).exists()]
    packages = tuple(dict.fromkeys(path for name in ("purelib", "platlib") if (path := sysconfig.get_path(name))))
    packages = tuple(path for path in packages if Path(path).is_dir())
    shown = [str(entry) for folder in packages for entry in Path(folder).iterdir() if not _is_ours(entry.name)]
    inside = _outermost([*system, *library, *(os.path.realpath(path) for path in library), *packages])
    return Interpreter(
        executable=executable,
        binds=tuple(inside),
        readable=tuple(_outermost([*system, *library, *shown])),
        listable=packages,
        packages=packages,
    )


def _is_ours(name: str) -> bool:
    return name == _OURS or name.startswith(
        (f"{_OURS}-", f"__editable__.{_OURS}", f"_{_OURS}", f"__editable___{_OURS}")
    )


def _outermost(paths: list[str]) -> list[str]:
    """Leave out what lies below another path of the list; keep links, which are recreated and not followed."""
    unique = sorted(dict.fromkeys(paths), key=len)
    kept: list[str] = []
    for path in unique:
        if not any(path.startswith(outer + "/") and not Path(outer).is_symlink() for outer in kept):
            kept.append(path)
    return kept
