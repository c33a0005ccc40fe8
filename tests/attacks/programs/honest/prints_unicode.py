# coding: only-inside-the-sandbox
"""Prints text of many scripts.

outcome: passed
"""

print("Grüße, Ελλάδα, мир, 世界, 🙂, \u202eabc")


def add(a, b):
    print(f"{a} ➕ {b}", flush=True)
    return a + b
