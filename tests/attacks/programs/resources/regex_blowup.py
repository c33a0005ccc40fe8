# coding: only-inside-the-sandbox
"""Matches a pattern that takes exponential time.

outcome: time_limit
"""

import re


def add(a, b):
    return re.match(r"(a|aa|a?)+$", "a" * 60 + "b") is None
