"""Exceptions of a program, made again in the tests' process as an object of a builtin class."""

from __future__ import annotations

import builtins

from isocost import values

# Their objects look into their arguments, whose parts need not fit, in C that does not check all of it.
_BY_TEXT_ONLY = (UnicodeError, SyntaxError, BaseExceptionGroup)
_MAX_NAME = 100


class Described:
    """What a program's process says of an exception; untrusted."""

    def __init__(self, text: str) -> None:
        head, _newline, self.message = text.partition("\n")
        parts = head.split(" ", 2)
        self.builtin = parts[0]
        """Name of the builtin class that it derives from."""
        own = parts[1] if len(parts) > 1 else self.builtin
        self.own = own if own.isidentifier() and len(own) <= _MAX_NAME else self.builtin
        """Name of its own class."""
        self._arguments = parts[2] if len(parts) > 2 else ""

    def __str__(self) -> str:
        """For people."""
        return f"{self.own}: {self.message}"

    def made(self) -> BaseException:
        """Make an exception that tests know by class, by name, by arguments and by text."""
        kind = getattr(builtins, self.builtin, None)
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            kind = Exception
        error = self._of(kind)
        if (type(error).__name__, str(error)) == (self.own, self.message):
            return error
        message = self.message
        # A class of the program's own, by name and text; its code stays where it is.
        own = type(self.own, (type(error),), {"__str__": lambda _self: message})
        again: BaseException = own.__new__(own, *error.args)
        again.args = error.args
        return again

    def _of(self, kind: type[BaseException]) -> BaseException:
        if not issubclass(kind, _BY_TEXT_ONLY) and self._arguments:
            try:
                arguments = values.loads(self._arguments)
                if type(arguments) is tuple and all(isinstance(item, str | int | float | None) for item in arguments):
                    return kind(*arguments)
            except (ValueError, TypeError):
                pass
        for base in kind.__mro__:
            try:
                made = base(self.message)
            except TypeError:
                continue  # UnicodeDecodeError and its like want more than a text
            if isinstance(made, BaseException):
                return made
        return Exception(self.message)
