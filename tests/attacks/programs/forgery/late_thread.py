# coding: only-inside-the-sandbox
"""Gives no answer itself; a thread writes frames on every descriptor, for ever.

outcome: wrong_answer | runtime_error
"""

import os
import threading
import time


def write():
    while True:
        for fd in range(3, 16):
            try:
                os.write(fd, b"\x03\x00\x00\x00v\n3")
            except OSError:
                pass
        time.sleep(0.0002)


threading.Thread(target=write, daemon=True).start()


def add(a, b):
    time.sleep(0.01)
    return None
