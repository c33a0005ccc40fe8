"""The system-call filters, run instruction by instruction, and their tables against the kernel's own headers."""

from __future__ import annotations

import ctypes
import os
import re
import struct
from pathlib import Path

import pytest

from isocost.sandbox.jail import kernel, seccomp

ALLOW, EPERM, ENOSYS, ENOTSUP, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x0005005F, 0x80000000
X86, ARM = seccomp._AUDIT_ARCH["x86_64"], seccomp._AUDIT_ARCH["aarch64"]
HEADERS = {
    0: "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    1: "/usr/include/asm-generic/unistd.h",
}


def _decide(code: bytes, number: int, *arguments: int, arch: int) -> int:
    """Run a filter on one call, as the kernel does."""
    data = struct.pack("<iIQ6Q", number, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    program = list(struct.iter_unpack("<HBBI", code))
    accumulator, place = 0, 0
    while True:
        operation, if_true, if_false, k = program[place]
        place += 1
        if operation == 0x06:
            return int(k)
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, k)
            continue
        holds = {0x15: accumulator == k, 0x35: accumulator >= k, 0x45: bool(accumulator & k)}[operation]
        place += if_true if holds else if_false


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each machine whose tables we carry; the filter is data, so any machine can look at both."""
    name: str = request.param
    monkeypatch.setattr(kernel, "MACHINE", name)
    return name


def _number(table: dict[str, tuple[int | None, int | None]], name: str, machine: str) -> int | None:
    return table[name][0 if machine == "x86_64" else 1]


def test_what_is_listed_is_allowed_and_nothing_else(machine: str) -> None:
    """Every listed call passes; every other number is refused with EPERM, but for those that do not exist here."""
    code, arch = seccomp.common_filter(), seccomp._AUDIT_ARCH[machine]
    listed = set(seccomp._numbers({**seccomp.CALLS, **seccomp.OWNERS_CALLS}))
    by_argument = {seccomp._column(pair) for pair, _conditions in seccomp._ONLY_WITH.values()}
    by_argument.add(seccomp._column(seccomp._CLONE))
    for number in range(1024):
        decision = _decide(code, number, 0, arch=arch)
        if number == 435:
            assert decision == ENOSYS
        elif number in seccomp._numbers(seccomp.UNSUPPORTED_CALLS):
            assert decision == ENOTSUP
        elif number in listed:
            assert decision == ALLOW
        elif number not in by_argument:
            assert decision == EPERM, number


def test_other_architectures_end_the_process(machine: str) -> None:
    """A call of another architecture, or of the x32 kind, kills: its numbers mean other calls."""
    code = seccomp.common_filter()
    assert _decide(code, 0, arch=ARM if machine == "x86_64" else X86) == KILL
    assert _decide(code, 0, arch=0x40000003) == KILL
    if machine == "x86_64":
        assert _decide(code, 0x40000000, arch=X86) == KILL


@pytest.mark.parametrize(
    "name, arguments, decision",
    [
        ("fcntl", (5, 4), ALLOW),
        ("fcntl", (5, 8), EPERM),
        ("fcntl", (5, 10), EPERM),
        ("fcntl", (5, 15), EPERM),
        ("fcntl", (5, 1024), EPERM),
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), EPERM),
        ("prctl", (15,), ALLOW),
        ("prctl", (4, 1), EPERM),
        ("socketpair", (1, 1), ALLOW),
        ("socketpair", (1, 0o2004001), ALLOW),
        ("socketpair", (1, 2), EPERM),
        ("socketpair", (1, 5), EPERM),
        ("socketpair", (16, 1), EPERM),
        ("prlimit64", (0, 7), ALLOW),
        ("prlimit64", (1, 7), EPERM),
        ("sched_setaffinity", (0,), ALLOW),
        ("sched_setaffinity", (77,), EPERM),
    ],
)
def test_arguments_decide(machine: str, name: str, arguments: tuple[int, ...], decision: int) -> None:
    """Some calls pass with harmless arguments only."""
    number = seccomp._column(seccomp._ONLY_WITH[name][0])
    assert number is not None
    assert _decide(seccomp.common_filter(), number, *arguments, arch=seccomp._AUDIT_ARCH[machine]) == decision


def test_zygote_forks_and_nobody_makes_namespaces(machine: str) -> None:
    """The common filter lets the zygote fork, and refuses each namespace flag."""
    number = seccomp._column(seccomp._CLONE)
    assert number is not None
    arch = seccomp._AUDIT_ARCH[machine]
    assert _decide(seccomp.common_filter(), number, 0x01200011, arch=arch) == ALLOW
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x80):
        assert _decide(seccomp.common_filter(), number, 0x01200011 | flag, arch=arch) == EPERM


@pytest.mark.parametrize("owners_calls", [True, False])
def test_child_makes_threads_only_and_signals_itself_only(machine: str, owners_calls: bool) -> None:
    """The child's own filter: threads yes, processes no; signals to itself only; it stays tied to the zygote."""
    child, arch = seccomp.ChildFilter(owners_calls=owners_calls), seccomp._AUDIT_ARCH[machine]
    for place in child._pid_places:  # as `add` does
        ctypes.memmove(ctypes.addressof(child._code) + place, struct.pack("<I", os.getpid()), 4)
    code = bytes(child._code)
    clone, prctl = seccomp._column(seccomp._CLONE), seccomp._column(seccomp._ONLY_WITH["prctl"][0])
    assert clone is not None
    assert prctl is not None
    assert _decide(code, clone, 0x3D0F00, arch=arch) == ALLOW
    assert _decide(code, clone, 0x01200011, arch=arch) == EPERM
    assert _decide(code, prctl, 1, 0, arch=arch) == EPERM
    assert _decide(code, prctl, 15, arch=arch) == ALLOW
    for pair in seccomp._KILL_CALLS:
        number = seccomp._column(pair)
        assert number is not None
        assert _decide(code, number, os.getpid(), arch=arch) == ALLOW
        for other in (0, 1, 0xFFFFFFFF, os.getppid()):
            assert _decide(code, number, other, arch=arch) == EPERM
    for number in seccomp._numbers(seccomp.OWNERS_CALLS):
        assert _decide(code, number, arch=arch) == (ALLOW if owners_calls else EPERM)


@pytest.mark.parametrize("column", HEADERS)
def test_numbers_are_those_of_the_kernel(column: int) -> None:
    """Each number of the tables is the one that the kernel's header gives to that name."""
    header = Path(HEADERS[column])
    if not header.exists():
        pytest.skip(f"needs the kernel's header {header.name} of this architecture")
    text = header.read_text(encoding="utf-8")
    known = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    tables = {**seccomp.CALLS, **seccomp.OWNERS_CALLS, "clone": seccomp._CLONE, "clone3": seccomp._CLONE3}
    tables |= seccomp.UNSUPPORTED_CALLS
    tables |= {name: pair for name, (pair, _conditions) in seccomp._ONLY_WITH.items()}
    same = {"newfstatat": "fstatat"} if column == 1 else {}  # the generic table's name for it
    wrong = {
        name: (pair[column], known.get(name, known.get(same.get(name, ""))))
        for name, pair in tables.items()
        if pair[column] is not None and pair[column] != known.get(name, known.get(same.get(name, "")))
    }
    assert wrong == {}
