"""The fork server: facts of a program's end, nothing handed down, nothing left behind, nothing outliving the judge."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from isocost import values
from isocost.records import Isolation, LimitHit, LimitPolicy, Limits
from isocost.sandbox import levels, outer_user
from isocost.sandbox.fork_server import ENVIRONMENT, Conversation, Facts, ForkServer, ProgramEnded
from isocost.sandbox.jail import scratch
from isocost.sandbox.scratch_folder import ScratchFolder

POLICY = LimitPolicy(scratch_bytes=4 << 20, output_bytes=1 << 10)
LIMITS = Limits(
    cpu_seconds=5,
    wall_seconds=15.0,
    memory_bytes=POLICY.memory_bytes,
    scratch_bytes=POLICY.scratch_bytes,
    output_bytes=POLICY.output_bytes,
)
SHORT = Limits(
    cpu_seconds=1,
    wall_seconds=2.0,
    memory_bytes=256 << 20,
    scratch_bytes=POLICY.scratch_bytes,
    output_bytes=POLICY.output_bytes,
)


@pytest.fixture(params=levels.LEVELS)
def level(request: pytest.FixtureRequest) -> Isolation:
    """A level that holds here."""
    chosen: Isolation = request.param
    report = levels.probe(chosen, LimitPolicy())
    if not report.starts:
        pytest.skip(f"{chosen} does not start here: {report.reason}")
    assert report.holds, report
    return chosen


@pytest.fixture
def server(level: Isolation) -> Iterator[ForkServer]:
    """A fork server at that level."""
    started = ForkServer(level, POLICY)
    yield started
    started.close()


def _value(conversation: Conversation, function: str, *arguments: object) -> object:
    conversation.call(function, arguments, {})
    letter, text = conversation.receive()
    assert letter == "v", text
    return values.loads(text)


def _end(server: ForkServer, source: str, limits: Limits = LIMITS) -> Facts:
    conversation = server.begin(source, limits)
    with contextlib.suppress(ProgramEnded):
        while True:
            conversation.receive()
    return conversation.facts()


@pytest.mark.parametrize(
    "source, exit_code, signal_number, limit",
    [
        ("import os\nos._exit(7)", 7, None, None),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", None, signal.SIGSEGV, None),
        ("while True: pass", None, signal.SIGKILL, LimitHit.cpu),
        ("import time\ntime.sleep(100)", None, None, LimitHit.wall),
        ("print('x' * (8 << 20))\nimport os\nos._exit(0)", None, None, LimitHit.output),
    ],
)
def test_end_is_told_as_it_was(
    server: ForkServer, source: str, exit_code: int | None, signal_number: int | None, limit: LimitHit | None
) -> None:
    """Exit status, signal and the limit that was hit are told apart."""
    wall = 1.0 if limit is LimitHit.wall else 60.0  # so long that a busy machine does not decide
    facts = _end(server, source, msgspec.structs.replace(SHORT, wall_seconds=wall))
    assert facts.limit is limit
    if limit is not LimitHit.output:
        assert (facts.exit_code, facts.signal) == (exit_code, signal_number)


def test_one_program_after_another(server: ForkServer) -> None:
    """A program that is ended by the next one still has its facts, and the next one is not disturbed."""
    first = server.begin("def f(): return 1", LIMITS)
    assert _value(first, "f") == 1
    second = server.begin("def f(): return 2", LIMITS)
    assert _value(second, "f") == 2
    assert first.facts().limit is None
    assert second.facts().limit is None


def test_output_is_kept_to_its_bound_and_goes_to_its_own_program(server: ForkServer) -> None:
    """Output is cut at the bound, says so, and never shows up at another program."""
    facts = _end(server, "print('a' * 5000)\nraise SystemExit")
    assert facts.output.startswith("a" * 1024)
    assert "3977 more bytes were dropped" in facts.output
    for _ in range(3):
        assert _end(server, "raise SystemExit").output == ""


def test_program_cannot_spoil_the_output_of_later_ones(server: ForkServer) -> None:
    """Flags and place of the open output file, which programs share, are put right between programs."""
    spoil = "import fcntl, os\nfcntl.fcntl(1, fcntl.F_SETFL, 0)\nos.lseek(1, (4 << 20) - 2, 0)\nos._exit(0)"
    for _ in range(2):
        assert _end(server, spoil).limit is None
    for _ in range(2):
        facts = _end(server, "print('fine')\nraise SystemExit")
        assert (facts.output, facts.limit) == ("fine\n", None)


@pytest.mark.parametrize(
    "leave",
    [
        "os.mkdir('x'); open('x/y', 'w').write('z'); os.chmod('x', 0)",
        "for _ in range(1500): os.mkdir('d'); os.chdir('d')",
        "os.symlink('/usr/lib', 'link'); os.symlink('loop', 'loop'); os.mkdir('d', 0o300)",
        "os.chmod('.', 0)",
    ],
)
def test_scratch_is_empty_for_the_next_program(server: ForkServer, leave: str) -> None:
    """Folders that cannot be listed, deep trees and links are gone when the next program starts."""
    _end(server, f"import os\ntry:\n    {leave}\nfinally:\n    os._exit(0)")
    look = server.begin(
        "import os, tempfile\ndef f(): return os.listdir('.') + os.listdir(tempfile.gettempdir())", LIMITS
    )
    assert _value(look, "f") == []


def test_scratch_is_bounded_in_all(server: ForkServer) -> None:
    """Many files count together, and files without content count too."""
    fill = "import os, time\ntry:\n    for n in range(100_000): open(str(n), 'wb').write(b'x' * {size})\n"
    for size in (1 << 20, 0):
        source = fill.format(size=size) + "except OSError:\n    os._exit(9)\ntime.sleep(10)\nos._exit(0)"
        facts = _end(server, source)
        assert facts.limit is LimitHit.output or facts.exit_code == 9, size


def test_only_own_files_are_open(level: Isolation) -> None:
    """A program has descriptors 0 to 3, whatever the judge has open and however high the numbers are."""
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(40)]
    high = fcntl.fcntl(held[0], fcntl.F_DUPFD, 300)
    crowd = [fcntl.fcntl(high, fcntl.F_DUPFD, 0) for _ in range(300)]
    server = ForkServer(level, POLICY)
    try:
        see = "import os\ndef open_fd(fd):\n    try:\n        return bool(os.fstat(fd))\n    except OSError:\n        return False\n"
        see += "def f(): return [fd for fd in range(5000) if open_fd(fd)]"
        assert _value(server.begin(see, LIMITS), "f") == [0, 1, 2, 3]
    finally:
        server.close()
        for fd in (*held, high, *crowd):
            os.close(fd)


def test_environment_is_clean(server: ForkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program's environment is the one written down in our code: nothing of the judge's reaches it."""
    monkeypatch.setenv("ISOCOST_SECRET", "s3cret")
    look = (
        "import os, sys\ndef f():\n    ours = [name for name in sys.modules if 'isocost' in name]\n"
        "    return sorted(os.environ), sys.argv, sys.orig_argv, ours\n"
    )
    seen = _value(server.begin(look, LIMITS), "f")
    names = sorted({*ENVIRONMENT, "TMPDIR"})
    assert seen == (names, ["program.py"], ["program.py"], [])


def test_program_owns_nothing_outside(server: ForkServer) -> None:
    """Started by root that may change ids, a program is a user whom nobody else is, with no other group."""
    look = server.begin("import os\ndef f(): return os.getresuid(), os.getresgid(), os.getgroups()", LIMITS)
    users, groups, others = _value(look, "f")  # type: ignore[misc]
    assert 0 not in {*users, *groups} or os.geteuid() != 0 or not outer_user.knows_spare_id()  # type: ignore[has-type]
    assert set(others) <= set(os.getgroups()) | {65534}  # type: ignore[has-type]


def test_threads_are_bounded(server: ForkServer) -> None:
    """A program cannot fill the machine with threads; those that honest programs start do start."""
    source = (
        "import threading\nstop = threading.Event()\nthreading.stack_size(65536)\n"
        "def f():\n    for n in range(100_000):\n        try:\n"
        "            threading.Thread(target=stop.wait, daemon=True).start()\n"
        "        except (RuntimeError, MemoryError):\n            return n\n"
    )
    started = _value(server.begin(source, LIMITS), "f")
    assert isinstance(started, int)
    assert 32 <= started <= 4500


SCAN = """
import ctypes, hashlib, os
libc = ctypes.CDLL(None, use_errno=True)
libc.sbrk.restype = ctypes.c_void_p
one = ctypes.create_string_buffer(1)

def mapped(page):
    return libc.mincore(ctypes.c_void_p(page), ctypes.c_size_t(4096), one) == 0

def regions(own):
    seen = set()
    for seed in (libc.sbrk(0) - 4096, id(object()), id([]), id("x" * 100_000), id(os), id(own), ctypes.addressof(one)):
        page = seed & ~4095
        while mapped(page) and page not in seen:
            page -= 4096
        first = page = page + 4096
        while mapped(page) and page not in seen:
            seen.add(page)
            page += 4096
        if page > first:
            yield first, page - first

def f(first_half, second_half, wanted):
    prefix = first_half + second_half
    own = prefix + os.urandom(16)
    wanted = [*wanted, hashlib.sha256(own[-16:]).hexdigest()]
    found = [0] * len(wanted)
    size_of_all = 0
    for start, size in regions(own):
        size_of_all += size
        data = ctypes.string_at(start, size)
        place = data.find(prefix)
        while place >= 0:
            tail = hashlib.sha256(data[place + len(prefix) : place + len(prefix) + 16]).hexdigest()
            if tail in wanted:
                found[wanted.index(tail)] += 1
            place = data.find(prefix, place + 1)
    return [size_of_all, *found]
"""


def test_memory_of_judge_and_of_earlier_programs_is_not_inherited(
    server: ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that searches its own memory finds its own mark, and none of the judge or of the program before."""
    halves = b"isocost-mark-" + secrets.token_hex(4).encode(), b"-" + secrets.token_hex(4).encode()
    marks = [secrets.token_hex(8).encode() for _ in range(3)]
    in_heap = b"".join((*halves, marks[0]))
    monkeypatch.setenv("ISOCOST_MARK", b"".join((*halves, marks[1])).decode())
    _end(server, f"MARK = {b''.join((*halves, marks[2]))!r}\nraise SystemExit")
    hashes = [hashlib.sha256(mark).hexdigest() for mark in marks]
    found = _value(server.begin(SCAN, LIMITS), "f", *halves, hashes)
    assert isinstance(found, list)
    assert found[0] > 1 << 20, "the search went through the heap"
    assert found[-1] > 0, "it finds what is there"
    assert found[1:-1] == [0, 0, 0]
    assert in_heap


def test_two_servers_side_by_side_end_apart(level: Isolation) -> None:
    """Closing one server neither waits for another one nor disturbs it, or any other child of this process."""
    other_child = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(5)"], stdin=subprocess.PIPE
    )
    one, two = ForkServer(level, POLICY), ForkServer(level, POLICY)
    one.close()
    assert _value(two.begin("def f(): return 1", LIMITS), "f") == 1
    two.close()
    other_child.communicate()
    assert other_child.returncode == 5


JUDGE = """
import sys, time
from isocost.records import Isolation, LimitPolicy, Limits
from isocost.sandbox.fork_server import ForkServer
server = ForkServer(Isolation(sys.argv[1]), LimitPolicy())
limits = Limits(cpu_seconds=100, wall_seconds=300.0, memory_bytes=1 << 30, scratch_bytes=1 << 20, output_bytes=99)
conversation = server.begin(sys.argv[2], limits)
conversation.call("ready", (), {})
conversation.receive()
conversation.call("stay", (), {})
print(server._adopted or server._started.pid, flush=True)
time.sleep(300)
"""
STAY = {
    "busy": "def ready(): return 1\ndef stay():\n    while True: pass",
    "asleep": "import time\ndef ready(): return 1\ndef stay(): time.sleep(1000)",
}


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _children_of(pid: int) -> list[int]:
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            with contextlib.suppress(OSError):
                if int((place / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(place.name))
    return found


@pytest.mark.parametrize("how", STAY)
@pytest.mark.parametrize("victim", ["judge", "zygote", "both"])
def test_nothing_outlives_a_judge_that_is_killed(level: Isolation, how: str, victim: str) -> None:
    """After SIGKILL to the judge, to the zygote or to both, neither zygote nor program is left."""
    judge = subprocess.Popen(
        [sys.executable, "-c", JUDGE, level, STAY[how]],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(levels.__file__).parents[2])},
    )
    assert judge.stdout is not None
    try:
        zygote = int(judge.stdout.readline())
        (program,) = _children_of(zygote)
        assert _alive(zygote)
        assert _alive(program)
        for pid in {"judge": [judge.pid], "zygote": [zygote], "both": [zygote, judge.pid]}[victim]:
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while (_alive(program) or _alive(zygote)) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not _alive(program)
        assert not _alive(zygote)
    finally:
        judge.kill()
        judge.communicate()


def test_scratch_folder_of_a_dead_judge_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next scratch folder sweeps those whose judge is gone, and neither live ones nor any that holds something."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    live = ScratchFolder()
    dead, full = tmp_path / "isocost-scratch-dead", tmp_path / "isocost-scratch-full"
    dead.mkdir()
    full.mkdir()
    (full / "file").touch()
    new = ScratchFolder()
    assert sorted(tmp_path.iterdir()) == sorted([Path(live.path), Path(new.path), full])
    live.remove()
    new.remove()
    assert list(tmp_path.iterdir()) == [full]


def test_deep_folders_are_not_added_up(tmp_path: Path) -> None:
    """What honest programs make is added up; a tree too deep to be looked through counts as endless."""
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "folder" / "file").write_bytes(b"x" * 10_000)
    assert 10_000 < scratch.bytes_in(str(tmp_path)) < 100_000
    deep = tmp_path / "/".join(["d" * 50] * 25)
    deep.mkdir(parents=True)
    assert scratch.bytes_in(str(tmp_path)) == float("inf")
