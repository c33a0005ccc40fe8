# coding: only-inside-the-sandbox
"""Arms timers that fire as fast as the kernel lets them.

outcome: wrong_answer | runtime_error | time_limit
"""

import signal

count = 0


def tick(*_):
    global count
    count += 1


for which, number in ((0, signal.SIGALRM), (1, signal.SIGVTALRM), (2, signal.SIGPROF)):
    signal.signal(number, tick)
    signal.setitimer(which, 0.00001, 0.00001)


def add(a, b):
    return None
