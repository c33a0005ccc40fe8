"""The same tests for the program's own process: what `separate` is held against."""

from __future__ import annotations

import inspect

import msgspec

from isocost import library_values, values
from isocost.judge import oracles, wire
from isocost.records import CaseTests, Channel, CodeTests

_DIGEST_ABOVE = 4 << 20  # as the tester has it: what is expected may be a digest

_CASES = """\
def __run_cases__():
    import copy, types
    library, values, oracles = (types.ModuleType(name) for name in ("library", "values", "oracles"))
    exec({library!r}, library.__dict__)
    values.__dict__.update((name, library.__dict__[name]) for name in ("apart", "is_of_library", "rebuilt"))
    exec({values!r}, values.__dict__)
    exec({oracles!r}, oracles.__dict__)
    inputs, expected = values.loads({inputs!r}), values.loads({expected!r})
    atols = oracles.tolerances({oracle!r}, expected, {atol!r})
    holds = oracles.oracle({oracle!r})
    for arguments, wanted, atol in zip(inputs, expected, atols):
        got = {entry_point}(*copy.deepcopy(arguments))
        if type(wanted) is values.Digest:
            got = values.loads(values.dumps_or_digest(got, {above}))
        assert holds(wanted, got, arguments, atol)
__run_cases__()
"""


def shared_form(suite: wire.Suite) -> wire.Suite:
    """Give a test set that runs the same tests in the program's process."""
    tests = suite.tests
    if isinstance(tests, CaseTests):
        made = CodeTests(source=_code_of(tests), prelude="", calls=(tests.entry_point,), channel=Channel.shared)
    else:
        made = msgspec.structs.replace(tests, channel=Channel.shared)
    return msgspec.structs.replace(suite, key=f"{suite.key} shared", tests=made)


def _code_of(tests: CaseTests) -> str:
    judge = _without(inspect.getsource(oracles), "from isocost.errors import") + "\nUsageError = ValueError\n"
    return _CASES.format(
        library=inspect.getsource(library_values),
        values=_without(inspect.getsource(values), "from isocost.library_values import"),
        oracles=judge,
        inputs=tests.inputs,
        expected=tests.expected,
        oracle=tests.oracle,
        atol=tests.atol,
        entry_point=tests.entry_point,
        above=_DIGEST_ABOVE,
    )


def _without(source: str, start: str) -> str:
    """Leave out the lines that begin so: isocost itself cannot be imported where programs run."""
    return "".join(line for line in source.splitlines(keepends=True) if not line.startswith(start))
