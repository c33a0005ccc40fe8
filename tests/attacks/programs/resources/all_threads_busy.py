# coding: only-inside-the-sandbox
"""Burns CPU time in many threads, some of them without the interpreter's lock.

outcome: time_limit
"""

import hashlib
import threading

block = bytes(1 << 22)


def burn():
    while True:
        hashlib.sha256(block).digest()


for _ in range(8):
    threading.Thread(target=burn, daemon=True).start()


def add(a, b):
    while True:
        pass
