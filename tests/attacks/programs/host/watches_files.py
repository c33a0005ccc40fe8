# coding: only-inside-the-sandbox
"""Watches files with inotify and fanotify.

outcome: wrong_answer
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
done = [libc.inotify_init1(0), libc.fanotify_init(0, 0), libc.syscall(294, 0), libc.syscall(253)]


def add(a, b):
    return a + b if max(done) >= 0 else None
