# coding: only-inside-the-sandbox
"""Takes memory in many threads at once.

outcome: memory_limit | runtime_error | wrong_answer | time_limit
limits: default
"""

import threading

kept = []


def take():
    while True:
        kept.append(bytearray(1 << 20))


threads = [threading.Thread(target=take, daemon=True) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()


def add(a, b):
    return len(bytearray(1 << 30))
