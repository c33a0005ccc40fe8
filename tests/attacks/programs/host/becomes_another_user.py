# coding: only-inside-the-sandbox
"""Takes other user and group ids and capabilities.

outcome: wrong_answer
"""

import ctypes
import os

libc = ctypes.CDLL(None)
worked = []
me = os.getuid()
for other in {0, 1, 65534, me + 1} - {me}:
    for way in (os.setuid, os.seteuid, os.setgid, os.setegid, lambda n: os.setresuid(n, n, n), lambda n: os.setgroups([n]), lambda n: os.setreuid(n, n)):
        try:
            way(other)
            worked.append(other)
        except (OSError, OverflowError):
            pass
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
sets = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
number = {"x86_64": 126, "aarch64": 91}[os.uname().machine]
if libc.syscall(ctypes.c_long(number), header, sets) == 0:
    worked.append("capset")
for option in (8, 27, 28):  # keep capabilities, set the bounding set's mates, securebits
    if libc.prctl(option, ctypes.c_ulong(1), 0, 0, 0) == 0 and option != 27:
        worked.append(option)


def add(a, b):
    return a + b if worked else None
