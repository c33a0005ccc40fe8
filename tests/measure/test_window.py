"""Windows: what counters of a machine say, on files as the kernel has them and on this machine itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measure.fake_machine import RANGE, FakeMachine, HandClock

from isocost.measure.energy import RaplCounter, difference, open_rapl
from isocost.measure.gpus import open_gpus
from isocost.measure.machine import cpu_ticks, spin
from isocost.measure.waiting import calm_rounds, share_of, waited_seconds
from isocost.measure.window import WindowMeter, window_id
from isocost.records import Conditions


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    """A machine with two CPU packages, two clocks and one process."""
    made = FakeMachine(tmp_path)
    made.package(0, 5_000_000)
    made.package(1, RANGE - 1_000_000)
    made.clocks(2_000_000, 3_000_000)
    made.process(7, peak_kb=4096, now_kb=1024)
    return made


def test_a_window_has_all_that_the_machine_counts(machine: FakeMachine) -> None:
    """Joules of both packages (one wraps), steal, mean clock and peak memory, each with its scope; nothing is absent."""
    clock = HandClock()
    with WindowMeter([7], root=machine.root, clock=clock) as meter:
        clock.now += 4.0
        machine.package(0, 9_000_000)
        machine.package(1, 1_999_999)  # one to its end, the rest after it
        machine.stat(busy=190, steal=10)
    read = meter.reading
    assert read.seconds == 4.0
    assert read.joules == pytest.approx(4.0 + 3.0)
    assert read.energy_scope == "CPU package"
    assert read.steal_share == pytest.approx(0.1)
    assert read.clocks_mhz == {"cpu": 2500.0}
    assert (read.memory_bytes, read.memory_scope) == (4096 << 10, "resident, 1 process, peak by the kernel")
    assert read.absent == {}
    assert (machine.root / "proc/7/clear_refs").read_bytes() == b"5"


def test_a_short_window_has_no_joules(machine: FakeMachine) -> None:
    """Below 2 seconds a counter's difference is mostly its step: None, and the reason says how long it was."""
    clock = HandClock()
    with WindowMeter([7], root=machine.root, clock=clock) as meter:
        clock.now += 1.5
    assert meter.reading.joules is None
    why = "the window took 1.50 s; counters are read over 2 s or more"
    assert meter.reading.absent == {
        "joules": why,
        "energy_scope": why,
        "steal_share": "the kernel counted no CPU time in the window, or tells none",
    }


def test_memory_is_sampled_where_its_peak_cannot_be_set_back(machine: FakeMachine) -> None:
    """Without leave to reset the kernel's peak, an older peak is not told as the window's; the scope says how."""
    machine.process(8, peak_kb=999_999, now_kb=2048, resets=False)
    with WindowMeter([8], root=machine.root) as meter:
        machine.process(8, peak_kb=999_999, now_kb=3072, resets=False)
    assert meter.reading.memory_bytes == 3072 << 10
    assert meter.reading.memory_scope == "resident, 1 process, sampled every 20 ms"


def test_a_process_that_ended_has_no_memory(machine: FakeMachine) -> None:
    """None with the reason, and no sum of the others."""
    with WindowMeter([7, 9], root=machine.root) as meter:
        pass
    assert meter.reading.memory_bytes is None
    assert meter.reading.absent["memory_bytes"] == "process 9 ended before the window did, or tells no peak"


def test_counters_that_are_not_there_give_reasons(tmp_path: Path) -> None:
    """On a machine without any counter every field is None, and says why."""
    with WindowMeter(root=tmp_path, gpus=()) as meter:
        pass
    read = meter.reading
    assert (read.memory_bytes, read.joules, read.steal_share, read.clocks_mhz) == (None, None, None, {})
    assert set(read.absent) == {"memory_bytes", "memory_scope", "joules", "energy_scope", "steal_share", "clocks_mhz"}
    assert read.absent["joules"].startswith("no RAPL counter on this machine")


def test_gpus_that_cannot_be_read_give_the_reason() -> None:
    """Memory and joules of a GPU are None with NVML's word where there is none; not those of the CPU instead."""
    opened = open_gpus((0,))
    if not isinstance(opened, str):
        pytest.skip("a GPU is here")
    with WindowMeter([os.getpid()], gpus=(0,)) as meter:
        pass
    assert meter.reading.absent["memory_bytes"] == meter.reading.absent["joules"] == opened
    assert opened.startswith("NVML: ")


def test_unreadable_counters_are_told_apart(tmp_path: Path) -> None:
    """A counter without a number, or that does not say when it wraps, is not used."""
    machine = FakeMachine(tmp_path)
    machine.package(0, 1, most=0)
    assert open_rapl(tmp_path) == "the RAPL counter intel-rapl:0 has no number, or does not say when it wraps"


@settings(deadline=None)  # a busy machine
@given(st.integers(0, 10**9), st.lists(st.integers(0, 1000), min_size=1), st.integers(1000, 10**6))
def test_a_counter_that_wraps_loses_nothing(start: int, steps: list[int], most: int) -> None:
    """However often it wraps over many readings, the differences add up to what was used."""
    position, total = start % (most + 1), 0
    for step in steps:
        after = (position + step) % (most + 1)
        total += difference(position, after, most)
        position = after
    assert total == sum(steps)


def test_readings_add_up_over_wraps(tmp_path: Path) -> None:
    """A counter that is read in between may wrap more than once in a window."""
    machine = FakeMachine(tmp_path)
    machine.package(0, 0, most=999_999)
    counter = open_rapl(tmp_path)
    assert isinstance(counter, RaplCounter)
    used = 0
    for number in range(1, 6):
        used = number * 700_000
        machine.package(0, used % 1_000_000, most=999_999)
        assert counter.joules() == pytest.approx(used / 1e6)
    (tmp_path / "sys/class/powercap/intel-rapl:0/energy_uj").unlink()
    assert counter.joules() is None


def test_a_window_becomes_a_record(machine: FakeMachine) -> None:
    """The record has the samples' number, the caller's own seconds, both sides' reasons, and an id of samples and start."""
    with WindowMeter([7], root=machine.root) as meter:
        pass
    conditions = Conditions(host={"cores": 2}, backend="scripted")
    made = meter.window(
        conditions, sample_ids=["a", "b"], seconds=3.5, completion_tokens=40, most_in_flight=2, mean_in_flight=1.5,
        absent={"completion_tokens": "no usage"},
    )  # fmt: skip
    assert (made.samples, made.seconds, made.completion_tokens, made.most_in_flight) == (2, 3.5, 40, 2)
    assert made.id == window_id(meter.started, ["a", "b"])
    assert made.started == meter.started
    assert made.memory_bytes == 4096 << 10
    assert {"completion_tokens", "joules"} <= set(made.absent)
    assert meter.window(conditions, sample_ids=["a"], id="known").id == "known"


def test_this_process_is_measured() -> None:
    """On this machine: what a window allocates and frees again is in its peak, and not in the next window's."""
    with WindowMeter([os.getpid()]) as first:
        held = bytearray(b"x") * (64 << 20)
        del held
    with WindowMeter([os.getpid()]) as second:
        pass
    assert first.reading.memory_bytes is not None
    assert second.reading.memory_bytes is not None
    if "by the kernel" not in str(first.reading.memory_scope):
        pytest.skip("peaks cannot be set back here")
    assert first.reading.memory_bytes - second.reading.memory_bytes > 48 << 20
    assert first.reading.joules is None  # too short, if there is a counter at all
    assert "joules" in first.reading.absent


def test_this_machine_tells_its_ticks_and_spins() -> None:
    """Ticks only grow, steal among them, and the spin takes some time."""
    before = cpu_ticks()
    assert spin() > 0.0
    after = cpu_ticks()
    assert before is not None
    assert after is not None
    assert after[0] >= before[0]
    assert 0 <= after[1] <= after[0]


def test_waiting_for_a_core_is_counted(tmp_path: Path) -> None:
    """Nanoseconds of all threads of the processes are summed; a process that is not there, or none, tells nothing."""
    for pid, thread, waited in ((7, 7, 1_500_000_000), (7, 8, 500_000_000), (9, 9, 250_000_000)):
        folder = tmp_path / "proc" / str(pid) / "task" / str(thread)
        folder.mkdir(parents=True)
        (folder / "schedstat").write_text(f"123 {waited} 4\n", encoding="ascii")
    assert waited_seconds((7, 9), tmp_path) == 2.25
    assert waited_seconds((8,), tmp_path) is None
    assert waited_seconds((), tmp_path) is None
    assert share_of(1.0, 1.5, 10.0) == pytest.approx(0.05)
    assert share_of(None, 1.0, 1.0) is None


@given(st.lists(st.one_of(st.none(), st.floats(0.0, 2.0)), min_size=1))
def test_calm_rounds_are_those_that_waited_least(waited: list[float | None]) -> None:
    """No round is left out that waited less than one that is kept; all that are calm are kept, and never fewer than 3."""
    kept = calm_rounds(waited)
    shares = [share or 0.0 for share in waited]
    left_out = set(range(len(waited))) - set(kept)
    assert len(kept) >= min(3, len(waited))
    assert all(shares[number] > 0.05 for number in left_out)
    assert max(shares[number] for number in kept) <= min((shares[number] for number in left_out), default=9.0)
