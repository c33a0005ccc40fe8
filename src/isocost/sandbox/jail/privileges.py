"""Privileges: no way back to more rights than the zygote has.

Covers: set-user-id programs and file capabilities (no-new-privs), every capability (one may be left, the right to read
past the modes of files, where only root can read the interpreter; Landlock bounds it), other groups, and, when started
by root, the user id itself. The process is not dumpable, so its memory is closed to others of its id.
Does not cover: what an ordinary process of this user may do; that is for the other layers.
"""

from __future__ import annotations

import ctypes
import os

from isocost.sandbox.jail import kernel

_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63
_DAC_READ_SEARCH = 2


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def become(uid: int, gid: int, *, keep_rights: bool = False) -> None:
    """Take another user's id, for good; `keep_rights` leaves the capabilities for `drop` to sort."""
    if keep_rights:
        kernel.prctl(kernel.PR_SET_KEEPCAPS, 1)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def drop(*, reads_past_modes: bool = False) -> None:
    """Set no-new-privs and give up every capability, but for CAP_DAC_READ_SEARCH if told so."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_CAP_AMBIENT, kernel.PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            kernel.prctl(kernel.PR_CAPBSET_DROP, capability)
        except OSError:
            break  # past the kernel's last one, or no right to drop; capset below is what counts
    header = _CapHeader(_CAPABILITY_VERSION_3, 0)
    kept = 1 << _DAC_READ_SEARCH if reads_past_modes else 0
    sets = (_CapData * 2)(_CapData(kept, kept, 0))
    kernel.syscall(kernel.CAPSET[kernel.MACHINE], ctypes.byref(header), ctypes.byref(sets))
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
