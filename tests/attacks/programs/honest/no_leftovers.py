# coding: only-inside-the-sandbox
"""Looks for what another program left: files, processes, threads, locks, flags, memory, settings.

outcome: passed
"""

import builtins
import ctypes
import fcntl
import os
import resource
import signal
import stat
import struct
import sys
import tempfile
import threading

found = []


def look(what, there):
    if there:
        found.append((what, there))


def names(folder):
    try:
        return [name for name in os.listdir(folder)]
    except OSError:
        return []


look("time of the folder", os.stat(".").st_mtime == 12345)
look("files", names("."))
look("temporary files", names(tempfile.gettempdir()))
look("shared memory", names("/dev/shm"))
look("temporary files", names("/var/tmp"))
look("mode", stat.S_IMODE(os.stat(".").st_mode) != 0o700)
look("processes", [name for name in names("/proc") if name.isdecimal() and int(name) not in (1, os.getpid())])
look("descriptors", [fd for fd in range(4, 256) if os.path.exists(f"/dev/fd/{fd}")])
for fd in range(4, 1024):
    try:
        look("descriptor", os.fstat(fd) and fd)
    except OSError:
        pass
look("output", os.fstat(1).st_size)
look("memory of output", os.fstat(1).st_blocks)
look("place", os.lseek(1, 0, os.SEEK_CUR))
look("flags", fcntl.fcntl(1, fcntl.F_GETFL) & (os.O_NONBLOCK | os.O_APPEND) != os.O_APPEND)
look("flags of input", fcntl.fcntl(0, fcntl.F_GETFL) & (os.O_NONBLOCK | os.O_APPEND))
for fd, kind in ((1, fcntl.F_WRLCK), (2, fcntl.F_WRLCK), (0, fcntl.F_WRLCK), (0, fcntl.F_RDLCK)):
    try:
        held = fcntl.fcntl(fd, fcntl.F_GETLK, struct.pack("hhqqixxxx", kind, 0, 0, 0, 0))
        look("lock", fd != 0 and struct.unpack("hhqqixxxx", held)[0] != fcntl.F_UNLCK)
    except OSError:
        pass
try:
    again = os.open("/proc/self/fd/1", os.O_RDWR)
    fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(again)
except BlockingIOError:
    look("lock of output", True)
except OSError:
    pass
look("times of output", os.fstat(1).st_mtime == 12345)
look("mode of output", stat.S_IMODE(os.fstat(1).st_mode) == 0o123)
look("threads", len(threading.enumerate()) != 1)
look("path", "/tmp" in sys.path[:1])
look("modules", "note" in sys.modules or hasattr(builtins, "note"))
look("environment", [name for name in os.environ if name not in (
    "PYTHONHASHSEED", "LC_ALL", "LC_CTYPE", "HOME", "TMPDIR", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS",
    "MALLOC_ARENA_MAX")])
look("recursion", sys.getrecursionlimit() < 1000)
look("handlers", signal.getsignal(signal.SIGUSR1) is not signal.SIG_DFL)
look("mask", signal.pthread_sigmask(signal.SIG_BLOCK, []))
look("timer", signal.getitimer(signal.ITIMER_REAL)[0])
look("files allowed", resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 100)
look("umask", os.umask(0o022) == 0o777)
look("small numbers", 3 != ctypes.c_uint32.from_address(id(3) + 24).value)
libc = ctypes.CDLL(None)
look("segments", libc.shmget(0x150C057, ctypes.c_size_t(1), 0) >= 0)
for name in ("json", "struct", "math", "string"):
    look("library", not getattr(__import__(name), "__file__", "/usr").startswith(("/", "<")))


def add(a, b):
    if found:
        raise ValueError(found)
    return a + b
