# coding: only-inside-the-sandbox
"""Raises a group of exits.

outcome: runtime_error
"""

def add(a, b):
    raise BaseExceptionGroup('g', [SystemExit(0), GeneratorExit(), KeyboardInterrupt()])
