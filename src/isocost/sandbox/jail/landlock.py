"""Landlock: the kernel refuses every path, TCP port and outside signal that is not granted here.

Covers: opening, executing, creating, removing and truncating files anywhere but below the granted folders; TCP
sockets (ABI 4); signals to, and abstract sockets of, processes outside (ABI 6).
Does not cover: `stat` and `readlink` of paths outside, UDP, system calls that touch no file.

Source of the constants: `linux/landlock.h`, Landlock ABI 1 to 7.
"""

from __future__ import annotations

import ctypes
import os

from isocost.sandbox.jail import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_ALL_FS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_IOCTL_DEV = 1 << 15
_REFER = 1 << 13
_MAKE_CHAR, _MAKE_BLOCK, _MAKE_SOCK = 1 << 6, 1 << 11, 1 << 9
_FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | _IOCTL_DEV
_READ = EXECUTE | READ_FILE | READ_DIR
_ALL_NET = 0b11
_ALL_SCOPES = 0b11


class _RulesetAttr(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneathAttr(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("fd", ctypes.c_int32))


def abi() -> int:
    """The kernel's Landlock ABI; 0 where there is none."""
    try:
        return kernel.syscall(CREATE_RULESET, 0, 0, _CREATE_RULESET_VERSION)
    except OSError:
        return 0


def restrict(readable: list[str], listable: list[str], writable: list[str], devices: list[str]) -> int:
    """Confine this process and its future children for good; return the ABI that was used.

    Raises OSError where the kernel has no Landlock or refuses a rule. Paths that do not exist are left out.
    """
    version = abi()
    if version < 1:
        raise OSError("Landlock is not available in this kernel")
    handled = _ALL_FS_BY_ABI[min(version, 5)]
    attr = _RulesetAttr(handled, _ALL_NET if version >= 4 else 0, _ALL_SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = kernel.syscall(CREATE_RULESET, ctypes.byref(attr), size, 0)
    try:
        write = handled & ~(_MAKE_CHAR | _MAKE_BLOCK | _MAKE_SOCK | _IOCTL_DEV | EXECUTE)
        for path in readable:
            _grant(ruleset, path, _READ & handled)
        for path in listable:
            _grant(ruleset, path, READ_DIR)
        for path in writable:
            _grant(ruleset, path, write)
        for path in devices:
            _grant(ruleset, path, (READ_FILE | WRITE_FILE) & handled)
        kernel.syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return version


def _grant(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _FILE_RIGHTS
        attr = _PathBeneathAttr(rights, fd)
        kernel.syscall(ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(attr), 0)
    finally:
        os.close(fd)
