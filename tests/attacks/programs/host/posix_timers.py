# coding: only-inside-the-sandbox
"""Makes timers and queues that would outlive it.

outcome: wrong_answer
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
timer = ctypes.c_void_p()
done = [
    libc.syscall(222, 1, None, ctypes.byref(timer)),
    libc.syscall(240, b"isocost-attack", 0o102, 0o600, None),
    libc.syscall(206, 8, ctypes.byref(timer)),
]


def add(a, b):
    return a + b if max(done) >= 0 else None
