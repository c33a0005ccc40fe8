"""The child: runs one program and answers calls of its functions with plain values.

It knows the program and the arguments of each call. It never holds a test, an expected value or another program.
Frames, both ways: four bytes of length (little-endian), then the body. To the child: marshal of
`(name, arguments, keywords)`; the bodies come from the judge, which is trusted. Where keywords are None, arguments are
the text of a pair of both (`isocost.values`). From the child: one letter and text,

    v value (`isocost.values`)                          a number of the argument that was given back
    u what cannot be carried: 1 or 0 for its truth, a space, and words
    w v, a or u, a space and its text, newline, and the text of all arguments as they are after the call
    m what an argument changed into and cannot be carried
    x builtin exception name, its own name, text of its arguments or nothing (spaces between), newline, str() of it
    l as x, when the program did not load               c as x, when it did not compile
    d done: with tests inside, all of them ran          t as x, raised by a test's own line (tests inside)
"""

from __future__ import annotations

import builtins
import gc
import marshal
import os
import sys

from isocost.values import UncarriableError, dumps, dumps_or_digest, loads

TYPE_CHECKING = False  # typing is heavy in here, and type checkers know this name
if TYPE_CHECKING:
    from typing import Any

PROGRAM_NAME = "<program>"
TESTS_NAME = "<tests>"
MAX_TEXT = 2000
"""Characters kept of an exception's text."""

_RESERVE = [bytearray(1 << 20)]
"""Room to say that memory ran out; its pages are untouched, so that it costs a fork nothing."""
_TRACEBACK = BaseException.__dict__["__traceback__"]
_Module = type(sys)
_CONTAINERS = (list, dict, set, bytearray, tuple)
_PLAIN = (str, int, float, bool, type(None))


class _Channel:
    """The child's end of the pipe."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def receive(self) -> bytes | None:
        """One frame; None when the judge has hung up."""
        head = self._exactly(4)
        return None if head is None else self._exactly(int.from_bytes(head, "little"))

    def _exactly(self, size: int) -> bytes | None:
        parts = []
        while size:
            part = os.read(self._fd, min(size, 1 << 20))
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def send(self, text: str) -> None:
        """One frame."""
        data = text.encode("utf-8", "backslashreplace")
        data = len(data).to_bytes(4, "little") + data
        while data:
            data = data[os.write(self._fd, data) :]


def run(fd: int) -> None:
    """Serve one program until the judge hangs up."""
    channel = _Channel(fd)
    first = channel.receive()
    if first is None:
        return
    source, ahead, watch, digest_above, tests = marshal.loads(first)  # noqa: S302 (from the judge, which is trusted)
    namespace = _load(channel, source)
    if namespace is None:
        return
    if tests is not None:
        _run_tests(channel, namespace, tests)
        return
    for name, arguments, keywords in marshal.loads(ahead) if ahead else ():  # noqa: S302 (as above)
        channel.send(_answer(namespace, name, arguments, keywords, watch, digest_above))
    while (frame := channel.receive()) is not None:
        name, arguments, keywords = marshal.loads(frame)  # noqa: S302 (as above)
        channel.send(_answer(namespace, name, arguments, keywords, watch, digest_above))


def _load(channel: _Channel, source: str | bytes) -> dict[str, object] | None:
    module = _Module("__main__")
    namespace = module.__dict__
    namespace["__builtins__"] = builtins
    sys.modules["__main__"] = module
    try:
        if isinstance(source, bytes):
            code = marshal.loads(source)  # noqa: S302 (as above; compiled beforehand, from this program's text)
        else:
            code = compile(source.removeprefix("\ufeff"), PROGRAM_NAME, "exec", dont_inherit=True)
    except BaseException as error:  # whatever the compiler raises is the program's doing
        channel.send(_described("c", error))
        return None
    gc.enable()
    try:
        exec(code, namespace)
    except BaseException as error:  # the program's own exception, SystemExit and KeyboardInterrupt too
        channel.send(_described("l", error))
        return None
    return namespace


def _answer(
    namespace: dict[str, Any],
    name: str,
    arguments: Any,
    keywords: dict[str, object] | None,
    watch: bool,
    digest_above: int,
) -> str:
    try:
        function = namespace[name]
    except KeyError:
        return f"x\nNameError NameError \nname '{name}' is not defined"
    try:
        places, named = (arguments, keywords) if keywords is not None else _pair(arguments)
        value = function(*places, **named)
        given = (*places, *named.values()) if watch else ()
        said = _said(value, given, digest_above)
    except BaseException as error:  # the program's own exception
        return _described("x", error)
    if any(isinstance(argument, _CONTAINERS) for argument in given):
        try:
            return f"w\n{said[0]} {said[2:]}\n{dumps(given)}"
        except UncarriableError:
            return f"m\nan argument changed into {name}'s own objects"
    return said


def _pair(text: str) -> Any:
    """Positional arguments and keywords that marshal does not know."""
    return loads(text)


def _said(value: Any, given: tuple[object, ...], digest_above: int) -> str:
    """The answer that a value makes; an argument that is given back is told from one that is equal to it."""
    for number, argument in enumerate(given):
        if value is argument:
            return f"a\n{number}"
    try:
        return f"v\n{dumps_or_digest(value, digest_above)}"
    except UncarriableError as error:
        words = " ".join(str(error).split())
        return f"u\n{int(bool(value))} {words}"


def _run_tests(channel: _Channel, namespace: dict[str, object], tests: str) -> None:
    """Run the tests in here, for those whose objects cannot cross; what they say can be forged."""
    try:
        exec(compile(tests, TESTS_NAME, "exec", dont_inherit=True), namespace)
    except BaseException as error:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        by_test = frame is not None and frame.tb_frame.f_code.co_filename == TESTS_NAME
        channel.send(_described("t" if by_test else "x", error))
        return
    channel.send("d\n")


def _described(letter: str, error: BaseException) -> str:
    """Name the builtin class that an exception derives from, and its text, without trusting either."""
    # Where memory ran out there is none to say so: the frames of the failed call let theirs go, and so do we.
    _RESERVE.clear()
    _TRACEBACK.__set__(error, None)
    kind = type(error)
    name = "Exception"
    for base in type.mro(kind):
        if base.__module__ == "builtins":
            name = base.__name__
            break
    try:
        text = str.__str__(str(error))[:MAX_TEXT]
    except BaseException:  # an exception whose text raises is still the exception
        text = ""
    own = kind.__name__ if kind.__name__.isidentifier() else name
    return f"{letter}\n{name} {own} {_arguments(error)}\n{text}"


def _arguments(error: BaseException) -> str:
    """The text of an exception's arguments, by which it can be made again; empty where they are not plain and short."""
    try:
        arguments = error.args
        if isinstance(error, OSError) and len(arguments) == 2 and error.filename is not None:
            arguments = (*arguments, error.filename)  # which it takes and does not keep among them
        if type(arguments) is tuple and all(type(item) in _PLAIN for item in arguments):
            text = dumps(arguments)
            return text if len(text) <= MAX_TEXT else ""
    except BaseException:  # what a program's exception makes of the question
        return ""
    return ""
