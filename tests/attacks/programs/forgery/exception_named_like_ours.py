# coding: only-inside-the-sandbox
"""Raises exceptions that bear the names of the judge's own.

outcome: runtime_error
"""

class SandboxError(BaseException):
    pass


class ProgramEnded(SandboxError):
    pass


class _OutOfTimeError(ProgramEnded):
    __module__ = "builtins"


def add(a, b):
    raise _OutOfTimeError("sandbox_error")
