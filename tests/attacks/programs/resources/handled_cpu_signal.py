# coding: only-inside-the-sandbox
"""Handles SIGXCPU by asking for more time.

outcome: time_limit
"""

import resource
import signal


def more(*_):
    resource.setrlimit(resource.RLIMIT_CPU, (1000, resource.RLIM_INFINITY))


signal.signal(signal.SIGXCPU, more)


def add(a, b):
    while True:
        pass
