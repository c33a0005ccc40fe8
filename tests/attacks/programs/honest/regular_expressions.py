# coding: only-inside-the-sandbox
"""Reads its numbers back with patterns.

outcome: passed
"""

import re


def add(a, b):
    return sum(int(found.group("n")) for found in re.finditer(r"(?P<n>[+-]?\d+)", f"{a:+d} and {b:+d}"))
