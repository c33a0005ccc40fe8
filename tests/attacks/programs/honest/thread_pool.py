# coding: only-inside-the-sandbox
"""Adds in a thread pool with futures, queues and locks.

outcome: passed
"""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed


def add(a, b):
    lock, out = threading.RLock(), queue.Queue()
    with ThreadPoolExecutor(8) as pool:
        for done in as_completed([pool.submit(lambda x: x, x) for x in (a, b)]):
            with lock:
                out.put(done.result())
    return out.get() + out.get()
