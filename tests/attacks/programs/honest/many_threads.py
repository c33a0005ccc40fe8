# coding: only-inside-the-sandbox
"""Runs thirty threads at once.

outcome: passed
"""

import threading


def add(a, b):
    total, lock, gate = [0], threading.Lock(), threading.Barrier(30)

    def work():
        gate.wait(5)
        with lock:
            total[0] += 1

    threads = [threading.Thread(target=work) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return a + b + total[0] - 30
