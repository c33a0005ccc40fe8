"""Kills, interrupts and full disks while samples are made: nothing lost but the batch in flight, nothing doubled."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.study.generating_parts import asked, fill, samples, texts, windows

KILLS = 10
QUICK = ("small=scripted:steps?right=0.5", "big=scripted:steps?right=0.8")
MODELS = tuple(f"{model}&wait=0.2" for model in QUICK)
RUNS = ("steps-small", "steps-pro-small", "steps-big", "steps-pro-big")
SAMPLES = 6
TOTAL = SAMPLES * 28 * len(RUNS)


def _command(out: Path, *more: str, models: tuple[str, ...] = MODELS) -> list[str]:
    named = [word for model in models for word in ("--model", model)]
    return [
        sys.executable, "-m", "isocost", "generate", *named, "-b", "steps", "-b", "steps-pro", "-n", str(SAMPLES),
        "-o", str(out), *more,
    ]  # fmt: skip


def _all_texts(out: Path) -> dict[str, str]:
    return {name: text for run in RUNS if (out / run).exists() for name, text in texts(out / run).items()}


def _begun(out: Path) -> int:
    """Bytes of samples on the disk."""
    return sum(path.stat().st_size for path in out.glob("*/samples.jsonl"))


def _wait_until(process: subprocess.Popen[bytes], out: Path, more_than: int) -> None:
    end = time.monotonic() + 60
    while _begun(out) <= more_than and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)


def test_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    """Ten kills, then the same command to its end: ids and texts of an undisturbed run, and no line was written over."""
    fill(asked(tmp_path / "undisturbed", *QUICK, samples=SAMPLES))
    expected = _all_texts(tmp_path / "undisturbed")
    assert len(expected) == TOTAL
    out = tmp_path / "disturbed"
    draw = random.Random(4)
    before: dict[str, str] = {}
    for _ in range(KILLS):
        size = _begun(out)
        process = subprocess.Popen(_command(out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_until(process, out, size)
        time.sleep(draw.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
        after = _all_texts(out)
        assert before.items() <= after.items(), "a sample was lost, or is another one"
        assert len(after) < TOTAL, "the kills came too late to show anything"
        before = after
    assert len(before) >= KILLS
    for _ in range(2):
        done = subprocess.run(_command(out, models=QUICK), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert _all_texts(out) == expected


def test_an_interrupt_keeps_what_is_whole(tmp_path: Path) -> None:
    """Ctrl-C ends with 130 and one line; samples that came are there, with a window over them; the rest comes later."""
    process = subprocess.Popen(_command(tmp_path / "out"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _wait_until(process, tmp_path / "out", 0)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.decode() == "isocost: interrupted; run the same command again to go on from here\n"
    kept = _all_texts(tmp_path / "out")
    assert 0 < len(kept) < TOTAL
    there = {name: window for run in RUNS for name, window in windows(tmp_path / "out" / run).items()}
    for run in RUNS:
        assert {sample.window for sample in samples(tmp_path / "out" / run).values()} <= there.keys()
    assert sum(window.samples for window in there.values()) == len(kept)
    done = subprocess.run(_command(tmp_path / "out", models=QUICK), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert kept.items() <= _all_texts(tmp_path / "out").items()
    assert len(_all_texts(tmp_path / "out")) == TOTAL


def test_a_full_disk_is_one_line_and_resumable(tmp_path: Path) -> None:
    """A file that may not grow: exit 3, one line that says what to do, whole lines on the disk, and the rest later."""

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    command = _command(tmp_path / "out", models=QUICK)
    full = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=small_files)
    assert full.returncode == 3
    assert full.stdout == ""
    (line,) = full.stderr.splitlines()
    assert "File too large; make room, then type the same command again: it goes on" in line
    kept = _all_texts(tmp_path / "out")
    assert len(kept) < TOTAL
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert kept.items() <= _all_texts(tmp_path / "out").items()
    assert len(_all_texts(tmp_path / "out")) == TOTAL


@pytest.mark.root
def test_a_full_file_system_is_one_line_and_resumable(tmp_path: Path) -> None:
    """The same where the whole disk is full: a file system in memory, of a quarter of a megabyte, which then gets room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "isocost-test", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("needs to be allowed to mount a file system")
    try:
        command = _command(disk / "out", models=QUICK)
        full = subprocess.run(command, capture_output=True, text=True, check=False)
        assert full.returncode == 3
        (line,) = full.stderr.splitlines()
        assert "No space left on device; make room" in line
        kept = _all_texts(disk / "out")
        subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert kept.items() <= _all_texts(disk / "out").items()
        assert len(_all_texts(disk / "out")) == TOTAL
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def test_two_commands_do_not_write_one_folder(tmp_path: Path) -> None:
    """The second one is refused in one line while the first is at work."""
    process = subprocess.Popen(_command(tmp_path / "out"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until(process, tmp_path / "out", 0)
        second = subprocess.run(_command(tmp_path / "out"), capture_output=True, text=True, check=False)
        assert second.returncode == 2
        (line,) = second.stderr.splitlines()
        assert str(process.pid) in line
    finally:
        process.kill()
        process.wait()


def test_keys_stay_where_they_are(tmp_path: Path) -> None:
    """The key in the environment is in no file of a run, whatever is asked."""
    env = os.environ | {"OPENAI_API_KEY": "sk-very-secret"}
    done = subprocess.run(
        _command(tmp_path / "out", models=QUICK), env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "very-secret" not in done.stdout + done.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"very-secret" not in path.read_bytes()
