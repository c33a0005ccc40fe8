# coding: only-inside-the-sandbox
"""Lists the machine's processes and reads what they are.

outcome: wrong_answer
"""

import os

worked = []
for path in ("/proc", "/proc/1", "/proc/self", f"/proc/{os.getppid()}", f"/proc/{os.getppid()}/task", "/sys", "/sys/fs/cgroup"):
    try:
        worked += os.listdir(path)
    except OSError:
        pass
for path in ("/proc/@VICTIM@/cmdline", "/proc/self/status", "/proc/cpuinfo", "/proc/mounts", "/proc/kallsyms", "/proc/version"):
    try:
        worked.append(open(path).read())
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
