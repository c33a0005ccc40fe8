"""The tester: runs a test set against a program that lives elsewhere.

The tests run here, in a process that the program cannot reach. Where they call one of its functions they call a
stand-in, which sends the arguments over a pipe and gives back the plain value that comes, or raises the builtin
exception that it names. What a test then does with the value is its own business, as in one process.
"""

from __future__ import annotations

import builtins
import random
import re
from collections.abc import Callable

import msgspec

from isocost import values
from isocost.errors import SandboxError
from isocost.judge.bounds import bounds
from isocost.judge.exceptions import Described
from isocost.judge.opaque import Opaque
from isocost.judge.oracles import Uncarried
from isocost.judge.reflecting import reflect
from isocost.judge.suite import TESTS_NAME, CaseSuite, CodeSuite, SharedSuite, Suite, key_of
from isocost.judge.wording import described, failing_line, one_line, short
from isocost.records import Limits
from isocost.sandbox.fork_server import Conversation, Facts, ForkServer, ProgramEnded

_GRACE_SECONDS = 2.0
_NOT_CALLED = re.compile(r"\(\) (takes|missing|got) |object is not callable$")
_DIGEST = '{"h":'
"""What cannot be sent to a program again; inside a text the quotes would be escaped."""
_DIGEST_ABOVE = 4 << 20
"""Values with a longer text are compared by digest: exactly, whatever the oracle would allow."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What the tests saw. No judgement: `verdict.decide` makes one of this and of the sandbox's facts."""

    passed: bool = False
    """Whether the tests ran to their end."""
    failed_test: bool = False
    """Whether a test did not hold for the values that the program gave."""
    compiled: bool = True
    """Whether the program compiled."""
    raised: str | None = None
    """Builtin class of the exception that the program raised, if it ended the tests."""
    ended: bool = False
    """Whether the program's process was gone before the tests were through."""
    out_of_time: bool = False
    """Whether the tests themselves, fed with the program's values, did not come to an end."""
    detail: str | None = None
    """One line for people; untrusted text."""
    calls: int = 0
    """Calls answered."""


class _NotForeseenError(BaseException):
    """A call came that is not the one sent ahead; BaseException, so that no test's `except Exception` takes it."""


class _OutOfTimeError(BaseException):
    """The tests took too long; BaseException for the same reason."""


class _UnverifiableError(TypeError):
    """The tests need what cannot cross."""


def run(server: ForkServer, suite: Suite, source: str | bytes, limits: Limits) -> tuple[Finding, Conversation]:
    """Run one program (its text, or what `Compiler` made of it) against one test set; the conversation's facts may be read once it is done.

    Raises SandboxError when the sandbox is lost on the way.
    """
    if isinstance(suite, SharedSuite):
        conversation = server.begin(source, limits, tests=suite.source)
        return _shared(conversation), conversation
    if isinstance(suite, CaseSuite):
        conversation = server.begin(source, limits, ahead=suite.ahead, digest_above=_DIGEST_ABOVE)
        return _cases(suite, conversation), conversation
    conversation = server.begin(source, limits, ahead=suite.ahead, watch=suite.watch)
    try:
        return _code(suite, conversation, suite.foreseen), conversation
    except _NotForeseenError:
        conversation = server.begin(source, limits, watch=suite.watch)
        return _code(suite, conversation, []), conversation


def answers(server: ForkServer, suite: CaseSuite, source: str, limits: Limits) -> tuple[list[object], Facts]:
    """Collect what a reference solution returns for every input. Raises SandboxError if it does not return."""
    conversation = server.begin(source, limits, ahead=suite.ahead, digest_above=_DIGEST_ABOVE)
    program = _Program(conversation, None)
    found: list[object] = []
    try:
        for item in suite.inputs:
            value = program.call(suite.entry_point, tuple(item), {})
            if isinstance(value, Opaque):
                value = _stands_for(value, suite)
            found.append(value)
    except (ProgramEnded, _LoadFailedError, Exception) as error:  # noqa: BLE001 (what the reference raises is its own)
        reason = error.finding.detail if isinstance(error, _LoadFailedError) else repr(error)
        raise SandboxError(f"the reference solution {suite.entry_point} fails on its own inputs: {reason}") from None
    return found, conversation.facts()


def _stands_for(value: Opaque, suite: CaseSuite) -> bool:
    """What a reference's object is in expected values: that it is there, where an oracle asks for no more."""
    if not suite.asks_for_none_only:
        raise SandboxError(f"it gives {value!r}")
    return True


# --- the three ways --------------------------------------------------------------------------------------------------


def _code(suite: CodeSuite, conversation: Conversation, foreseen: list[bytes]) -> Finding:
    program = _Program(conversation, foreseen)
    namespace: dict[str, object] = {"__name__": "__tests__", "__builtins__": builtins}
    for name in suite.calls:
        namespace[name] = program.stand_in(name)

    def tests() -> None:
        if suite.prelude is not None:
            exec(suite.prelude, namespace)
        exec(suite.code, namespace)

    return _found(program, tests, lambda error: failing_line(error, suite.lines, TESTS_NAME))


def _cases(suite: CaseSuite, conversation: Conversation) -> Finding:
    if suite.expected is None:
        raise SandboxError("the expected values of these tests were not computed")
    program = _Program(conversation, None)
    expected = suite.expected
    place = [0]

    def tests() -> None:
        rows = zip(suite.inputs, expected, suite.atols, strict=True)
        for place[0], (arguments, wanted, atol) in enumerate(rows):
            got = program.call(suite.entry_point, tuple(arguments), {})
            if isinstance(got, Opaque):
                got = Uncarried(repr(got))
            assert suite.oracle(wanted, got, arguments, atol)  # noqa: S101 (this is the test)

    def where(_error: BaseException) -> str:
        return f"{suite.entry_point}{short(tuple(suite.inputs[place[0]]))}, case {place[0]}"

    return _found(program, tests, where)


def _shared(conversation: Conversation) -> Finding:
    program = _Program(conversation, None)
    try:
        letter, text = conversation.receive()
    except ProgramEnded:
        return Finding(ended=True)
    if letter == "d":
        return Finding(passed=True)
    try:
        program.take(letter, text)
    except _LoadFailedError as error:
        return error.finding
    except BaseException as error:  # noqa: BLE001 (the program's exception, said again here)
        detail = one_line(described(error))
        if letter == "t" and not _is_of_a_call(error):
            return Finding(failed_test=True, detail=detail)
        return Finding(raised=program.raised_class, detail=detail)
    return Finding(ended=True)


def _is_of_a_call(error: BaseException) -> bool:
    """Whether what a test's own line raised is of the call, not of the value: nothing there to call with these arguments."""
    if isinstance(error, TypeError):
        return _NOT_CALLED.search(str(error)) is not None
    return isinstance(error, NameError | MemoryError)


def _found(program: _Program, tests: Callable[[], None], where: Callable[[BaseException], str]) -> Finding:
    """Run the tests and say what they saw."""
    random.seed(0)
    error: BaseException | None = None
    try:
        with bounds(program.conversation.limits.wall_seconds + _GRACE_SECONDS, program.out_of_time):
            tests()
    except BaseException as raised:  # noqa: BLE001 (the tests' end, whatever the program made of it)
        error = raised
    calls = program.answered
    news = program.news or error  # a test may have swallowed the news
    if news is None:
        return Finding(passed=True, calls=calls)
    if isinstance(news, _NotForeseenError | SandboxError):
        raise news
    if isinstance(news, ProgramEnded):
        return Finding(ended=True, calls=calls)
    if isinstance(news, _LoadFailedError):
        return news.finding
    if isinstance(news, _OutOfTimeError):
        return Finding(out_of_time=True, calls=calls, detail="the tests did not come to an end")
    if news is program.raised:
        detail = f"{described(news)}; {where(news)}"
        return Finding(raised=program.raised_class, calls=calls, detail=one_line(detail))
    # Whatever else a test raises, it raises on the values that it was given.
    detail = f"{where(news)}; {program.last_answer()}"
    if not isinstance(news, AssertionError):
        detail = f"{described(news)}; {detail}"
    return Finding(failed_test=True, calls=calls, detail=one_line(detail))


class _LoadFailedError(BaseException):
    """The program did not compile, or raised while it was loaded."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding


class _Program:
    """The program's functions, as the tests see them."""

    def __init__(self, conversation: Conversation, foreseen: list[bytes] | None) -> None:
        self.conversation = conversation
        self.answered = 0
        self.news: BaseException | None = None
        """What decides the verdict, whatever a test's `except` makes of it."""
        self.raised: BaseException | None = None
        self.raised_class = "TypeError"
        """Builtin class of what was raised."""
        self._foreseen = foreseen
        self._sent = 0
        self._gave_odd_value = False
        self._last: tuple[str, object] | None = None

    def stand_in(self, name: str) -> Callable[..., object]:
        """A function that calls the program's function of this name."""

        def call(*arguments: object, **keywords: object) -> object:
            if self.news is not None:
                raise self.news
            try:
                return self.call(name, arguments, keywords)
            except (ProgramEnded, SandboxError, _NotForeseenError, _LoadFailedError, _UnverifiableError) as error:
                self.news = error
                raise

        call.__name__ = call.__qualname__ = name
        return call

    def call(self, name: str, arguments: tuple[object, ...], keywords: dict[str, object]) -> object:
        """Call a function of the program."""
        if self._foreseen is not None:
            try:
                self._ask(name, arguments, keywords, self._foreseen)
            except ValueError as error:
                if self._gave_odd_value:
                    self.raised = _UnverifiableError(f"{name} is given what an earlier call gave, and it cannot cross")
                    raise self.raised from None
                raise SandboxError(f"a test hands {name} what cannot cross to another process: {error}") from None
            self._sent += 1
        letter, text = self.conversation.receive()
        self.answered += 1
        value = self.take(letter, text, (*arguments, *keywords.values()))
        self._last = (name, value)
        return value

    def _ask(
        self, name: str, arguments: tuple[object, ...], keywords: dict[str, object], foreseen: list[bytes]
    ) -> None:
        """Make sure that a call is the one sent ahead, or send it. Raises ValueError where it cannot cross."""
        if self._sent < len(foreseen):
            try:
                key = key_of((name, arguments, keywords))
            except ValueError:  # no literal, which is all that is sent ahead
                raise _NotForeseenError from None
            if key != foreseen[self._sent]:
                raise _NotForeseenError
        else:
            self.conversation.call(name, arguments, keywords)

    def take(self, letter: str, text: str, given: tuple[object, ...] = ()) -> object:
        """Turn an answer into a value or an exception; `given` are the arguments, which the program may have changed."""
        if letter == "m":
            self.raised = _UnverifiableError(text)
            raise self.raised
        if letter in "lcxt":
            described = Described(text)
            if letter in "lc":
                finding = Finding(compiled=letter != "c", raised=described.builtin, detail=one_line(str(described)))
                raise _LoadFailedError(finding)
            self.raised, self.raised_class = described.made(), described.builtin
            raise self.raised
        try:
            if letter == "w":
                text, _newline, after = text.partition("\n")
                reflect(given, values.loads(after))
                letter, text = text[:1], text[2:]
            return self._value(letter, text, given)
        except (ValueError, IndexError):
            raise ProgramEnded from None

    def _value(self, letter: str, text: str, given: tuple[object, ...]) -> object:
        """Read a value. Raises ValueError or IndexError for what is none."""
        if letter == "v":
            self._gave_odd_value = self._gave_odd_value or _DIGEST in text
            return values.loads(text)
        if letter == "a":
            return given[int(text) if text.isdigit() else len(given)]
        if letter != "u":
            raise ValueError(letter)
        self._gave_odd_value = True
        return Opaque(text[2:], truth=text[:1] != "0")

    def out_of_time(self) -> BaseException:
        """What to raise in the tests when their time is up."""
        late = _OutOfTimeError()
        self.news = self.news or late
        return late  # and not the news: a test that swallows it in a loop would swallow it again

    def last_answer(self) -> str:
        """What the last call gave, for people."""
        return "no call was made" if self._last is None else f"{self._last[0]} gave {short(self._last[1])}"
