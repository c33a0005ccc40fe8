"""Devices that are none: a file in the place of /dev/null would carry words from one program to the next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_START = """
from isocost.errors import SandboxError
from isocost.records import Isolation, LimitPolicy
from isocost.sandbox.fork_server import ForkServer
for level in ("strong", "contained"):
    try:
        ForkServer(Isolation(level), LimitPolicy()).close()
        print("started")
    except SandboxError as error:
        print(error)
"""


def test_a_file_in_the_place_of_a_device_keeps_the_sandbox_from_starting(tmp_path: Path) -> None:
    """Shown in a mount namespace of the test's own; skipped where none can be made."""
    (tmp_path / "file").touch()
    script = f'mount --make-rprivate / && mount --bind {tmp_path}/file /dev/null && exec "$0" -c "$1"'
    command = ["unshare", "--mount", "sh", "-c", script, sys.executable, _START]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except FileNotFoundError:
        pytest.skip("unshare is not here")
    if done.returncode and not done.stdout:
        pytest.skip(f"no mount namespace can be made here: {done.stderr.strip()}")
    assert done.stdout.count("/dev/null is no device on this machine") == 2, done.stdout + done.stderr
