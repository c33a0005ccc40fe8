# coding: only-inside-the-sandbox
"""Raises GeneratorExit, which passes every `except Exception`.

outcome: runtime_error
"""

def add(a, b):
    raise GeneratorExit
