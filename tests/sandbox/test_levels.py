"""Which isolation is taken: as who runs it, with what the machine allows, and when a layer is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from isocost.errors import SandboxUnavailableError
from isocost.records import Isolation, LimitPolicy
from isocost.sandbox import levels, probes
from isocost.sandbox.fork_server import ForkServer

POLICY = LimitPolicy()

REPORT_ALL = """
import json, sys
from isocost.errors import SandboxUnavailableError
from isocost.records import Isolation, LimitPolicy
from isocost.sandbox import levels
policy = LimitPolicy()
reports = {level: levels.probe(level, policy) for level in levels.LEVELS}
try:
    refused = levels.choose(policy, demand=Isolation.strong) and None
except SandboxUnavailableError as error:
    refused = str(error)
holds = {level: report.holds for level, report in reports.items()}
why = {level: [report.reason, report.escaped] for level, report in reports.items()}
print(json.dumps({"holds": holds, "why": why, "chosen": levels.choose(policy), "strong_refused": refused}))
"""


_Told = dict[str, object] | str | None


def _probe_or_skip(level: Isolation) -> levels.LevelReport:
    report = levels.probe(level, POLICY, whole=True)
    if not report.starts:
        pytest.skip(f"{level} does not start here: {report.reason}")
    return report


def _in_another_process(command: list[str], packages: Path) -> dict[str, _Told]:
    environment = {"PYTHONPATH": str(packages), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd="/", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, _Told] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("level", levels.LEVELS)
def test_level_that_starts_holds(level: Isolation) -> None:
    """Where a level starts, the honest program works and every probe is refused."""
    report = _probe_or_skip(level)
    assert (report.reason, report.escaped) == (None, ())
    assert report.holds
    assert report.contained == len(levels.PROBES) >= 18


def test_strongest_level_that_holds_is_chosen() -> None:
    """The choice is the first level that holds, and says so in the records' word."""
    holding = [level for level in levels.LEVELS if levels.probe(level, POLICY).holds]
    if not holding:
        pytest.skip("no level holds here")
    assert levels.choose(POLICY) is holding[0]
    assert levels.choose(POLICY, unsafe=True) is holding[0], "--unsafe never weakens what is there"
    assert levels.choose(POLICY, demand=holding[-1]) is holding[-1]


def test_unsafe_is_given_only_when_meant() -> None:
    """Asking for `unsafe` as a level is refused in one line unless --unsafe is there too."""
    with pytest.raises(SandboxUnavailableError, match="--unsafe") as refusal:
        levels.choose(POLICY, demand=Isolation.unsafe)
    assert "\n" not in str(refusal.value)
    assert refusal.value.exit_code == 3
    assert levels.choose(POLICY, demand=Isolation.unsafe, unsafe=True) is Isolation.unsafe


def test_nothing_good_enough_is_refused_in_one_line() -> None:
    """Where an honest program cannot work at any level, untrusted ones are refused, and --unsafe is named."""
    starved = LimitPolicy(memory_bytes=24 << 20)
    with pytest.raises(SandboxUnavailableError, match="isocost doctor") as refusal:
        levels.choose(starved)
    assert "--unsafe" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert levels.choose(starved, unsafe=True) is Isolation.unsafe
    with pytest.raises(SandboxUnavailableError, match="contained"):
        levels.choose(starved, demand=Isolation.contained, unsafe=True)


def test_unsafe_is_never_probed() -> None:
    """At `unsafe` the honest program runs and nothing else; it never counts as holding."""
    report = levels.probe(Isolation.unsafe, POLICY)
    assert report.starts
    assert report.honest
    assert (report.contained, report.escaped, report.holds) == (0, (), False)


def test_every_level_is_examined() -> None:
    """The doctor sees all levels, the strongest first, and a remedy only for those that do not start."""
    reports = levels.examine(POLICY)
    assert [report.level for report in reports] == list(Isolation)
    for report in reports:
        assert (levels.remedy(report) is None) == (report.starts or report.level is Isolation.unsafe)


@pytest.mark.root
def test_ordinary_user_is_contained_too(packages: Path, python_of_everybody: str) -> None:
    """Started by a user without any privilege, `contained` holds; `strong` does or is refused with its reason."""
    user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    told = _in_another_process([*user, python_of_everybody, "-c", REPORT_ALL], packages)
    assert told["holds"] in ({"strong": True, "contained": True}, {"strong": False, "contained": True}), told["why"]
    assert (told["chosen"] == "strong") == (told["strong_refused"] is None), told["why"]


@pytest.mark.namespaces
def test_namespaces_denied_gives_contained(packages: Path, python_of_everybody: str) -> None:
    """Where user namespaces are switched off, `strong` is refused with the reason and `contained` is taken."""
    shell = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" -c "$1"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", shell, python_of_everybody, REPORT_ALL]
    told = _in_another_process(command, packages)
    assert told["holds"] == {"strong": False, "contained": True}, told["why"]
    assert told["chosen"] == "contained"
    assert "unshare" in str(told["strong_refused"])


@pytest.mark.root
def test_root_without_capabilities_gives_contained(packages: Path) -> None:
    """Started by root that may not make namespaces or change ids, as in a container, `contained` is taken."""
    bare = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    told = _in_another_process([*bare, sys.executable, "-c", REPORT_ALL], packages)
    assert told["holds"] == {"strong": False, "contained": True}, told["why"]
    assert told["chosen"] == "contained"
    assert "strong" in str(told["strong_refused"])


class _Weakened(ForkServer):
    """A sandbox at `contained` that lacks a layer; programs of ours only."""

    lacks = ""

    def _say(self, message: bytes) -> None:
        if message.startswith(b"{"):
            message = json.dumps({**json.loads(message), self.lacks: False}).encode()
        super()._say(message)


class _NoLandlock(_Weakened):
    lacks = "landlock"


class _NoSeccomp(_Weakened):
    lacks = "seccomp"


@pytest.mark.parametrize(
    "weak, seen",
    [
        (_NoLandlock, {"reads /etc/passwd", "reads the files of isocost", "reads a file next to the scratch folder",
                       "writes outside the scratch folder", "lists /proc or reads from it"}),
        (_NoSeccomp, {"forks", "executes a program", "opens a TCP socket", "opens a UDP socket", "opens a Unix socket",
                      "opens a netlink, packet, vsock or crypto socket", "makes memory that outlives it",
                      "changes how another process is scheduled", "has a signal sent by a file",
                      "mounts, or changes its root", "traces or reads another process"}),
    ],
)  # fmt: skip
def test_missing_layer_is_seen(weak: type[_Weakened], seen: set[str]) -> None:
    """A layer that is silently missing shows as escapes, each by its name."""
    _probe_or_skip(Isolation.contained)
    server = weak(Isolation.contained, POLICY)
    try:
        escaped = levels._escapes(server, POLICY)
    finally:
        server.close()
    if weak is _NoSeccomp and os.geteuid() == 0:
        seen = seen - {"mounts, or changes its root"}  # refused for want of privileges already
    assert seen <= set(escaped)


def test_broken_probe_counts_as_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe that cannot even try proves nothing: the level does not hold."""
    _probe_or_skip(Isolation.contained)
    monkeypatch.setitem(probes.HOSTILE, "misspelt", "def probe():\n    return opne('/etc/passwd')\n")
    report = levels.probe(Isolation.contained, POLICY)
    assert not report.holds
    assert report.escaped == ("misspelt (the probe broke: NameError: name 'opne' is not defined)",)
