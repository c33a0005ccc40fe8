# coding: only-inside-the-sandbox
"""Makes POSIX message queues and shared memory, which outlive processes.

outcome: wrong_answer
"""

import ctypes

libc = ctypes.CDLL(None)
worked = []
for name in (b"/isocost-attack",):
    for call in (libc.mq_open, libc.shm_open):
        if call(name, 0o102, 0o600, None) >= 0:
            worked.append(call)
    libc.sem_open.restype = ctypes.c_void_p
    if libc.sem_open(name, 0o100, 0o600, 1):
        worked.append("semaphore")
try:
    from multiprocessing import shared_memory

    worked.append(shared_memory.SharedMemory(name="isocost-attack", create=True, size=4096))
except (OSError, ImportError):
    pass


def add(a, b):
    return a + b if worked else None
