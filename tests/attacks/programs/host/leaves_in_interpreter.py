# coding: only-inside-the-sandbox
"""Changes what a fork might share with its parent: modules, environment, limits, handlers, mask, folder.

outcome: wrong_answer
"""

import builtins
import os
import resource
import signal
import sys
import tempfile

os.environ["NOTE"] = "42"
sys.path.insert(0, "/tmp")
sys.modules["note"] = sys
builtins.note = 42
os.umask(0o777)
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
tempfile.tempdir = "/"
sys.setrecursionlimit(77)
os.sched_setaffinity(0, {next(iter(os.sched_getaffinity(0)))})
for way in (lambda: os.nice(5), lambda: os.setpgid(0, 0), os.setsid):
    try:
        way()
    except OSError:
        pass
os.chdir("/")


def add(a, b):
    return None
