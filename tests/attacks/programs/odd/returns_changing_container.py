# coding: only-inside-the-sandbox
"""Returns a dictionary that a thread goes on changing.

outcome: runtime_error | wrong_answer | time_limit | memory_limit | output_limit
"""

import threading

table = {}


def change():
    number = 0
    while True:
        table[number] = [number]
        table.pop(number - 1000, None)
        number += 1


threading.Thread(target=change, daemon=True).start()


def add(a, b):
    return table
