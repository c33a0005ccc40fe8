# coding: only-inside-the-sandbox
"""Handles groups of exceptions, notes and chains.

outcome: passed
"""

def add(a, b):
    try:
        try:
            raise ExceptionGroup("parts", [ValueError(a), KeyError(b)])
        except* ValueError as group:
            first = group.exceptions[0].args[0]
        except* KeyError as group:
            second = group.exceptions[0].args[0]
        raise LookupError from ZeroDivisionError()
    except LookupError as error:
        error.add_note("fine")
    return first + second
