# coding: only-inside-the-sandbox
"""Never comes back.

outcome: time_limit
"""

def add(a, b):
    while True:
        pass
