# coding: only-inside-the-sandbox
"""Raises an exception whose text ends the process.

outcome: runtime_error
"""

import os


class Leaving(ValueError):
    def __str__(self):
        os._exit(0)


def add(a, b):
    raise Leaving
