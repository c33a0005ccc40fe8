# coding: only-inside-the-sandbox
"""Makes System V shared memory, semaphores and message queues, which outlive processes.

outcome: wrong_answer
"""

import ctypes

libc = ctypes.CDLL(None)
worked = []
for key in (0, 0x150C057):
    for made in (
        libc.shmget(key, ctypes.c_size_t(4096), 0o1666),
        libc.semget(key, 1, 0o1666),
        libc.msgget(key, 0o1666),
    ):
        if made >= 0:
            worked.append(made)


def add(a, b):
    return a + b if worked else None
