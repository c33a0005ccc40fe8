"""Seccomp: only the system calls that an honest Python program needs; everything else is refused with EPERM.

Two filters. The *common* one holds for the zygote and all that it forks. The *child's* is added in each child right
after the fork and takes away what only the zygote may do: making processes, signalling any but oneself, and outliving
the zygote.
Covers: exec, fork, sockets but for a local pair, ptrace, mounts, namespaces, bpf, io_uring, keys, modules, clocks,
System V IPC, memfd, userfaultfd, other processes' memory; calls of another architecture kill the process.
Does not cover: what the allowed calls can do on files (Landlock, the private root) and how much (rlimits).
The choice of calls is argued for in `design/sandbox.md`.

Sources: `linux/seccomp.h`, `linux/bpf_common.h`, `asm/unistd_64.h`, `asm-generic/unistd.h`.
"""

from __future__ import annotations

import ctypes
import os
import struct

from isocost.sandbox.jail import kernel

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_KILL, _ALLOW = 0x80000000, 0x7FFF0000
_EPERM, _ENOSYS, _ENOTSUP = 0x00050000 | 1, 0x00050000 | 38, 0x00050000 | 95
_LOAD, _EQUAL, _GREATER_EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_X32_BIT = 0x40000000
_CLONE_THREAD = 0x00010000
_AF_UNIX = 1
_STREAMS = tuple(1 | flags for flags in (0, 0o4000, 0o2000000, 0o2004000))  # SOCK_STREAM; non-blocking, close-on-exec

# name: (x86-64, arm64); None where the architecture has no such call.
CALLS: dict[str, tuple[int | None, int | None]] = {
    # files
    "read": (0, 63), "write": (1, 64), "open": (2, None), "close": (3, 57), "stat": (4, None), "fstat": (5, 80),
    "lstat": (6, None), "poll": (7, None), "lseek": (8, 62), "pread64": (17, 67), "pwrite64": (18, 68),
    "readv": (19, 65), "writev": (20, 66), "access": (21, None), "pipe": (22, None), "select": (23, None),
    "dup": (32, 23), "dup2": (33, None), "flock": (73, 32), "fsync": (74, 82),
    "fdatasync": (75, 83), "truncate": (76, 45), "ftruncate": (77, 46), "getdents64": (217, 61), "getcwd": (79, 17),
    "chdir": (80, 49), "fchdir": (81, 50), "rename": (82, None), "mkdir": (83, None), "rmdir": (84, None),
    "creat": (85, None), "link": (86, None), "unlink": (87, None), "symlink": (88, None), "readlink": (89, None),
    "umask": (95, 166), "statfs": (137, 43), "fstatfs": (138, 44),
    "fadvise64": (221, 223), "fallocate": (285, 47), "openat": (257, 56), "mkdirat": (258, 34),
    "newfstatat": (262, 79), "unlinkat": (263, 35), "renameat": (264, 38), "linkat": (265, 37),
    "symlinkat": (266, 36), "readlinkat": (267, 78), "faccessat": (269, 48),
    "pselect6": (270, 72), "ppoll": (271, 73), "dup3": (292, 24), "pipe2": (293, 59),
    "preadv": (295, 69), "pwritev": (296, 70), "renameat2": (316, 276), "copy_file_range": (326, 285),
    "preadv2": (327, 286), "pwritev2": (328, 287), "statx": (332, 291), "close_range": (436, 436),
    "faccessat2": (439, 439), "sendfile": (40, 71),
    # events and the local socket pair that asyncio wakes itself with
    "epoll_create": (213, None), "epoll_wait": (232, None), "epoll_ctl": (233, 21), "epoll_pwait": (281, 22),
    "epoll_create1": (291, 20), "eventfd2": (290, 19), "sendto": (44, 206), "recvfrom": (45, 207),
    "sendmsg": (46, 211), "recvmsg": (47, 212), "shutdown": (48, 210), "getsockname": (51, 204),
    "getpeername": (52, 205), "setsockopt": (54, 208), "getsockopt": (55, 209),
    # memory
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "mremap": (25, 216),
    "msync": (26, 227), "mincore": (27, 232), "madvise": (28, 233), "membarrier": (324, 283),
    # signals and timers of one's own
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133), "sigaltstack": (131, 132), "pause": (34, None),
    "nanosleep": (35, 101), "getitimer": (36, 102), "alarm": (37, None), "setitimer": (38, 103),
    "restart_syscall": (219, 128), "timerfd_create": (283, 85), "timerfd_settime": (286, 86),
    "timerfd_gettime": (287, 87),
    # processes and threads
    "sched_yield": (24, 124), "getpid": (39, 172), "exit": (60, 93), "wait4": (61, 260), "waitid": (247, 95),
    "exit_group": (231, 94), "gettid": (186, 178), "futex": (202, 98), "set_tid_address": (218, 96),
    "set_robust_list": (273, 99), "get_robust_list": (274, 100), "rseq": (334, 293), "arch_prctl": (158, None),
    "sched_getaffinity": (204, 123), "sched_getparam": (143, 121),
    "sched_getscheduler": (145, 120), "sched_get_priority_max": (146, 125), "sched_get_priority_min": (147, 126),
    "getpriority": (140, 141), "getcpu": (309, 168), "kill": (62, 129), "tgkill": (234, 131),
    # who and when
    "uname": (63, 160), "getuid": (102, 174), "getgid": (104, 176), "geteuid": (107, 175), "getegid": (108, 177),
    "getppid": (110, 173), "getpgrp": (111, None), "getpgid": (121, 155), "getsid": (124, 156),
    "getgroups": (115, 158), "getresuid": (118, 148), "getresgid": (120, 150), "gettimeofday": (96, 169),
    "time": (201, None), "times": (100, 153), "getrlimit": (97, 163), "setrlimit": (160, 164), "getrusage": (98, 165),
    "sysinfo": (99, 179), "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "getrandom": (318, 278), "pidfd_open": (434, 434),
}  # fmt: skip

# Mode and times of files: Landlock does not guard them, so only where no file outside belongs to the program's user.
OWNERS_CALLS: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "utimensat": (280, 88),
}  # fmt: skip

# "There are no extended attributes on this file system": with EPERM, `shutil.copy2` and its like would fail.
UNSUPPORTED_CALLS: dict[str, tuple[int | None, int | None]] = {
    "listxattr": (194, 11), "llistxattr": (195, 12), "flistxattr": (196, 13),
}  # fmt: skip

# Calls allowed only with some values of some arguments: name: ((x86-64, arm64), {argument index: allowed values}).
_ONLY_WITH: dict[str, tuple[tuple[int, int], dict[int, tuple[int, ...]]]] = {
    # Duplicates, flags, locks, size of a pipe. Not F_SETOWN and F_SETSIG: they send signals; not leases and seals; not
    # locks of an open file (F_OFD_*): on the output, which all programs inherit, they would outlive their program.
    "fcntl": ((72, 25), {1: (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1031, 1032)}),
    # isatty, window size, bytes waiting, close-on-exec, non-blocking
    "ioctl": ((16, 29), {1: (0x5401, 0x5413, 0x541B, 0x5450, 0x5451, 0x5421)}),
    # thread names; the child's own filter and its end with the zygote's; no-new-privs (the child reads it back)
    "prctl": ((157, 167), {0: (15, 16, kernel.PR_SET_SECCOMP, kernel.PR_SET_PDEATHSIG, 39)}),
    # Streams only: a datagram socket can send to any address, however it was made.
    "socketpair": ((53, 199), {0: (_AF_UNIX,), 1: _STREAMS}),
    "prlimit64": ((302, 261), {0: (0,)}),
    "sched_setaffinity": ((203, 122), {0: (0,)}),
}
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_KILL_CALLS = ((62, 129), (234, 131))


def _column(pair: tuple[int | None, int | None]) -> int | None:
    return pair[0] if kernel.MACHINE == "x86_64" else pair[1]


def _ins(code: int, k: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, jump_true, jump_false, k)


def _numbers(calls: dict[str, tuple[int | None, int | None]]) -> list[int]:
    return sorted(number for pair in calls.values() if (number := _column(pair)) is not None)


def _argument(index: int) -> int:
    return 16 + 8 * index  # low half of args[index] in struct seccomp_data; both machines are little-endian


def _header() -> list[bytes]:
    lines = [_ins(_LOAD, 4), _ins(_EQUAL, _AUDIT_ARCH[kernel.MACHINE], 1, 0), _ins(_RETURN, _KILL), _ins(_LOAD, 0)]
    if kernel.MACHINE == "x86_64":
        lines += [_ins(_GREATER_EQUAL, _X32_BIT, 0, 1), _ins(_RETURN, _KILL)]
    return lines


def common_filter() -> bytes:
    """The filter of the zygote and of all that it forks."""
    lines = _header()
    for allowed in _numbers({**CALLS, **OWNERS_CALLS}):
        lines += [_ins(_EQUAL, allowed, 0, 1), _ins(_RETURN, _ALLOW)]
    for unsupported in _numbers(UNSUPPORTED_CALLS):
        lines += [_ins(_EQUAL, unsupported, 0, 1), _ins(_RETURN, _ENOTSUP)]
    clone, clone3 = _column(_CLONE), _column(_CLONE3)
    assert clone is not None and clone3 is not None  # noqa: S101, PT018
    lines += [_ins(_EQUAL, clone3, 0, 1), _ins(_RETURN, _ENOSYS)]  # glibc then falls back on clone
    namespaces = 0x7E020000 | 0x00000080  # every CLONE_NEW* flag, CLONE_NEWTIME among them
    lines += [_ins(_EQUAL, clone, 0, 4), _ins(_LOAD, _argument(0)), _ins(_ANY_BIT, namespaces, 0, 1)]
    lines += [_ins(_RETURN, _EPERM), _ins(_RETURN, _ALLOW)]
    for pair, conditions in _ONLY_WITH.values():
        number = _column(pair)
        assert number is not None  # noqa: S101
        body = []
        for index, values in conditions.items():
            body += [_ins(_LOAD, _argument(index))]
            body += [
                _ins(_EQUAL, value, left, 0) for left, value in zip(range(len(values), 0, -1), values, strict=True)
            ]
            body += [_ins(_RETURN, _EPERM)]
        body += [_ins(_RETURN, _ALLOW)]
        lines += [_ins(_EQUAL, number, 0, len(body)), *body]
    return b"".join([*lines, _ins(_RETURN, _EPERM)])


class ChildFilter:
    """The filter that a child adds to itself; built once, so that adding it is one system call.

    It takes `OWNERS_CALLS` away too, unless told that no file outside belongs to the program's user.
    """

    def __init__(self, *, owners_calls: bool) -> None:
        clone = _column(_CLONE)
        assert clone is not None  # noqa: S101
        lines = [_ins(_LOAD, 0)]
        lines += [_ins(_EQUAL, clone, 0, 4), _ins(_LOAD, _argument(0)), _ins(_ANY_BIT, _CLONE_THREAD, 1, 0)]
        lines += [_ins(_RETURN, _EPERM), _ins(_RETURN, _ALLOW)]
        self._pid_places = []
        for pair in _KILL_CALLS:
            number = _column(pair)
            assert number is not None  # noqa: S101
            lines += [_ins(_EQUAL, number, 0, 4), _ins(_LOAD, _argument(0))]
            self._pid_places.append(len(lines) * 8 + 4)
            lines += [_ins(_EQUAL, 0, 1, 0), _ins(_RETURN, _EPERM), _ins(_RETURN, _ALLOW)]
        for denied in () if owners_calls else _numbers(OWNERS_CALLS):
            lines += [_ins(_EQUAL, denied, 0, 1), _ins(_RETURN, _EPERM)]
        prctl = _column(_ONLY_WITH["prctl"][0])
        assert prctl is not None  # noqa: S101
        lines += [_ins(_EQUAL, prctl, 0, 4), _ins(_LOAD, _argument(0))]
        lines += [_ins(_EQUAL, kernel.PR_SET_PDEATHSIG, 0, 1), _ins(_RETURN, _EPERM), _ins(_RETURN, _ALLOW)]
        code = b"".join([*lines, _ins(_RETURN, _ALLOW)])
        self._code = ctypes.create_string_buffer(code, len(code))
        self._program = _Program(len(code) // 8, ctypes.addressof(self._code))
        self._prctl = ctypes.CDLL(None, use_errno=True).prctl
        self._follow = (ctypes.c_int(kernel.PR_SET_PDEATHSIG), *(ctypes.c_ulong(item) for item in (9, 0, 0, 0)))
        self._arguments = (
            ctypes.c_int(kernel.PR_SET_SECCOMP),
            ctypes.c_ulong(2),
            ctypes.c_ulong(ctypes.addressof(self._program)),
            ctypes.c_ulong(0),
            ctypes.c_ulong(0),
        )

    def add(self) -> None:
        """Add it to this process, which will also end with its parent. Raises OSError where the kernel refuses."""
        self._prctl(*self._follow)
        pid = struct.pack("<I", os.getpid())
        for place in self._pid_places:
            ctypes.memmove(ctypes.addressof(self._code) + place, pid, 4)
        if self._prctl(*self._arguments) != 0:
            raise OSError(ctypes.get_errno(), "seccomp filter refused")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def install(code: bytes) -> None:
    """Add a filter to this process for good. Raises OSError where the kernel refuses."""
    kept = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(kept))
    kernel.prctl(kernel.PR_SET_SECCOMP, 2, ctypes.addressof(program))
