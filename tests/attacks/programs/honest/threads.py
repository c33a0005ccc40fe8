# coding: only-inside-the-sandbox
"""Adds in threads that share a queue and a lock.

outcome: passed
"""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor


def add(a, b):
    results = queue.Queue()
    lock = threading.Lock()

    def put(number):
        with lock:
            results.put(number)

    threads = [threading.Thread(target=put, args=(number,)) for number in (a, b)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(int, [results.get(), results.get()]))
