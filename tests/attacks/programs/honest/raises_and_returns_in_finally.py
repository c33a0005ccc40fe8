# coding: only-inside-the-sandbox
"""Has try, finally, else and loops with else.

outcome: passed
"""

def add(a, b):
    for _ in range(3):
        try:
            1 / 0
        except ZeroDivisionError:
            continue
        finally:
            total = a + b
    else:
        while True:
            try:
                return total
            finally:
                total = None
    return None
