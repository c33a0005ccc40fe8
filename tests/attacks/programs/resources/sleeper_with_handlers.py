# coding: only-inside-the-sandbox
"""Waits in a call for signals that it has blocked, from which nothing wakes it.

outcome: time_limit
"""

import signal

signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def add(a, b):
    while True:
        signal.sigwait({signal.SIGUSR1})
