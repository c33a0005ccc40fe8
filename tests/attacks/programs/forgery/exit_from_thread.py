# coding: only-inside-the-sandbox
"""Ends the process with status 0 from a thread, while the tests wait.

outcome: runtime_error | wrong_answer
"""

import os
import threading
import time


def add(a, b):
    threading.Thread(target=lambda: os._exit(0)).start()
    time.sleep(1)
    return None
