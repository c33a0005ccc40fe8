# coding: only-inside-the-sandbox
"""Adds an audit hook that ends every action of others with an exception of its own.

outcome: wrong_answer | runtime_error
"""

import sys

armed = []


def hook(event, arguments):
    if armed and event not in ("sys.settrace",):
        raise SystemExit(0)


sys.addaudithook(hook)


def add(a, b):
    armed.append(1)
    return None
