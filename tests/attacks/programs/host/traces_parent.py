# coding: only-inside-the-sandbox
"""Traces its parent, the first process and a victim, and reads their memory.

outcome: wrong_answer
"""

import ctypes
import os

libc = ctypes.CDLL(None)
libc.ptrace.restype = ctypes.c_long
worked = []
for pid in (os.getppid() or 1, 1, @VICTIM@):
    for request in (16, 0x4206):  # ATTACH, SEIZE
        if libc.ptrace(ctypes.c_long(request), ctypes.c_long(pid), None, None) == 0:
            worked.append(pid)
    here = ctypes.create_string_buffer(8)
    ours = (ctypes.c_void_p * 2)(ctypes.addressof(here), 8)
    theirs = (ctypes.c_void_p * 2)(id(int), 8)
    for call in (libc.process_vm_readv, libc.process_vm_writev):
        if call(pid, ours, ctypes.c_ulong(1), theirs, ctypes.c_ulong(1), ctypes.c_ulong(0)) == 8:
            worked.append(pid)
    try:
        worked.append(os.open(f"/proc/{pid}/mem", os.O_RDWR))
    except OSError:
        pass
if libc.ptrace(ctypes.c_long(0), 0, None, None) == 0:  # TRACEME
    worked.append(0)


def add(a, b):
    return a + b if worked else None
