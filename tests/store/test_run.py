import json
import os
import random
import signal
import time
from pathlib import Path

import msgspec
import pytest
from tests.store.run_parts import execution, manifest, sample, start_python, start_writer, verdict

from isocost.errors import OwnFaultError, RunMismatchError, UsageError
from isocost.records import Isolation, JudgePolicy, LimitPolicy
from isocost.store.manifest_file import SCHEMA_VERSION
from isocost.store.run import Judged, Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Place of a run that is not there yet."""
    return tmp_path / "runs" / "first"


def judge(run: Run, *numbers: int) -> None:
    """Append execution and verdict of these samples."""
    for number in numbers:
        run.executions.append(execution(number))
        run.verdicts.append(verdict(number))


def pairs(*numbers: int) -> set[Judged]:
    """Keys of these samples' verdicts."""
    return {Judged(str(number), "base") for number in numbers}


def test_a_run_is_a_folder_that_anyone_can_read(folder: Path) -> None:
    """A manifest and one JSON object a line: plain json reads them, and `Run.read` gives the records back."""
    with Run.open(folder, manifest()) as run:
        run.samples.append(sample(1))
        judge(run, 1)
    assert json.loads((folder / "manifest.json").read_text())["model"] == "some-model"
    assert [json.loads(line)["outcome"] for line in (folder / "verdicts.jsonl").read_text().splitlines()] == ["passed"]
    seen = Run.read(folder)
    assert seen.manifest == manifest()
    assert list(seen.samples.read()) == [sample(1)]
    assert list(seen.executions.read()) == [execution(1)]
    assert list(seen.verdicts.read()) == [verdict(1)]
    assert list(seen.prompts.read()) == []
    assert seen.judged() == pairs(1)


def test_a_run_is_resumed_by_what_it_lacks(folder: Path) -> None:
    """Opening again gives the ids that are there; a manifest that differs in when and where only is welcome."""
    with Run.open(folder, manifest()) as run:
        judge(run, 1, 2)
    later = msgspec.structs.replace(
        manifest(), created="2030-01-01T00:00:00Z", git_commit="abc", host={"machine": "there"}, isocost_version="0.2.0"
    )
    with Run.open(folder, later) as run:
        assert run.judged() == pairs(1, 2)
        assert run.manifest == manifest()
        assert run.repaired == ()
        judge(run, 3)
    assert Run.read(folder).judged() == pairs(1, 2, 3)


def test_a_run_made_differently_is_refused(folder: Path) -> None:
    """Every differing field is named with both values, in one line that says what to do, and nothing is changed."""
    Run.open(folder, manifest()).close()
    before = (folder / "manifest.json").read_bytes()
    asked = msgspec.structs.replace(
        manifest(),
        model="other\nmodel",
        benchmark=msgspec.structs.replace(manifest().benchmark, sha256="1" * 64),
        judging=JudgePolicy(
            extraction="auto/1",
            limits=LimitPolicy(cpu_seconds=8.0),
            judge="1 python 3.11.7",
            isolation=Isolation.strong,
        ),
        samples_sha256="2" * 64,
    )
    with pytest.raises(RunMismatchError) as caught:
        Run.open(folder, asked)
    text = str(caught.value)
    assert "\n" not in text
    assert "model is 'some-model' there and 'other\\nmodel' here" in text
    assert f"benchmark.sha256 is '{'0' * 64}' there and '{'1' * 64}' here" in text
    assert "judging.limits.cpu_seconds is 4.0 there and 8.0 here" in text
    assert "judging.isolation is 'contained' there and 'strong' here" in text
    assert f"samples_sha256 is None there and '{'2' * 64}' here" in text
    assert text.endswith("give another --out, or the settings that it was made with")
    assert "created" not in text
    assert "extraction" not in text
    assert (folder / "manifest.json").read_bytes() == before
    Run.open(folder, manifest()).close()


def test_how_a_run_is_judged_is_settled_by_its_first_judging(folder: Path) -> None:
    """A run of samples alone takes the first policy that is asked for, keeps it, and refuses another."""
    unjudged = msgspec.structs.replace(manifest(), judging=None)
    with Run.open(folder, unjudged) as run, pytest.raises(UsageError, match="is not judged yet; type: isocost judge"):
        assert run.judging.extraction
    Run.open(folder, manifest()).close()
    with Run.open(folder, unjudged) as run:
        assert run.judging == manifest().judging
    assert manifest().judging is not None
    other = msgspec.structs.replace(run.judging, extraction="raw/1")
    with pytest.raises(RunMismatchError, match=r"judging.extraction is 'auto/1' there and 'raw/1' here"):
        Run.open(folder, msgspec.structs.replace(manifest(), judging=other))


def test_a_run_of_the_first_schema_is_read(folder: Path) -> None:
    """A manifest in which the judging stood among the other fields is read as one of this schema, and resumed."""
    plain = msgspec.to_builtins(manifest())
    plain = {name: value for name, value in plain.items() if name not in {"judging", "generation"}}
    old = plain | msgspec.to_builtins(manifest().judging) | {"schema_version": 1}
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_bytes(msgspec.json.encode(old))
    assert Run.read(folder).manifest == manifest()
    Run.open(folder, manifest()).close()


def test_a_newer_schema_is_refused(folder: Path) -> None:
    """A run of a later format, with fields nobody knows yet, is refused by its version, for reading and writing."""
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(f'{{"schema_version": {SCHEMA_VERSION + 1}, "novelty": []}}')
    with pytest.raises(RunMismatchError, match="has schema version 3, this isocost reads up to 2"):
        Run.read(folder)
    with pytest.raises(RunMismatchError, match="has schema version 3"):
        Run.open(folder, manifest())


@pytest.mark.parametrize(
    "text", ["", "junk", "[]", "{}", '{"schema_version": "1"}', '{"schema_version": 1}', "\0" * 99]
)
def test_a_broken_manifest_is_one_line(folder: Path, text: str) -> None:
    """A manifest that cannot be read is never written over."""
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(text)
    for opening in (Run.read, lambda place: Run.open(place, manifest())):
        with pytest.raises(RunMismatchError, match="is not a manifest") as caught:
            opening(folder)
        assert "\n" not in str(caught.value)
    assert (folder / "manifest.json").read_text() == text


def test_what_is_not_a_run_is_not_read(tmp_path: Path) -> None:
    """An empty folder, a file and an absent place are no run folders."""
    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "file", tmp_path / "absent"):
        with pytest.raises(UsageError, match="is not a run folder: it has no manifest"):
            Run.read(place)


def test_another_folder_is_never_written_into(tmp_path: Path) -> None:
    """The samples that lie in a folder stay as they are when the folder is given as the place of a run."""
    (tmp_path / "samples.jsonl").write_text("mine")
    with pytest.raises(UsageError, match=r"is not a run folder and not empty \(it has 'samples.jsonl'\)"):
        Run.open(tmp_path, manifest())
    assert [item.name for item in tmp_path.iterdir()] == ["samples.jsonl"]


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """A file in the way is named."""
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(UsageError, match=r"cannot write .*; expected a folder you can write to"):
            Run.open(place, manifest())


def test_a_start_that_was_killed_can_be_repeated(folder: Path) -> None:
    """A folder with only a lock and a half-written manifest is as good as new."""
    folder.mkdir(parents=True)
    (folder / ".lock").write_text("1\n")
    (folder / "manifest.json.tmp").write_text("{")
    Run.open(folder, manifest()).close()
    assert sorted(item.name for item in folder.iterdir()) == [".lock", "manifest.json"]


def test_half_a_judgement_is_redone(folder: Path) -> None:
    """An execution without its verdict, as a crash between the two leaves, is dropped on opening and no reader counts it."""
    with Run.open(folder, manifest()) as run:
        judge(run, 1, 2, 3, 4)
    lines = (folder / "verdicts.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "verdicts.jsonl").write_bytes(lines[0] + lines[2] + lines[3][:9])
    assert Run.read(folder).judged() == pairs(1, 3)
    with Run.open(folder, manifest()) as run:
        assert run.judged() == pairs(1, 3)
        assert run.repaired == (
            "verdicts.jsonl: dropped a torn tail of 9 bytes after record 2",
            "executions.jsonl: dropped 2 without their verdict; they will be redone",
        )
        judge(run, 2, 4)
    assert Run.read(folder).judged() == pairs(1, 2, 3, 4)


@pytest.mark.parametrize("name", ["executions.jsonl", "verdicts.jsonl"])
def test_what_follows_from_samples_can_be_deleted(folder: Path, name: str) -> None:
    """Deleting either file means that everything is judged again; the samples stay."""
    with Run.open(folder, manifest()) as run:
        run.samples.append(sample(1))
        judge(run, 1)
    (folder / name).unlink()
    with Run.open(folder, manifest()) as run:
        assert run.judged() == set()
        assert run.samples.keys() == {"1"}
        judge(run, 1)
    assert Run.read(folder).judged() == pairs(1)


def test_forgotten_pairs_can_be_judged_again(folder: Path) -> None:
    """`forget` drops execution and verdict of some samples, as for sandbox errors, and leaves the others."""
    with Run.open(folder, manifest()) as run:
        judge(run, 1, 2, 3)
        assert run.forget(pairs(2, 9)) == 1
        assert run.judged() == pairs(1, 3)
        judge(run, 2)
    assert Run.read(folder).judged() == pairs(1, 2, 3)


def test_an_error_keeps_what_was_whole(folder: Path) -> None:
    """Leaving the block by an exception commits what had been appended."""

    def interrupted() -> None:
        with Run.open(folder, manifest()) as run:
            judge(run, 1)
            run.executions.append(execution(2))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with Run.open(folder, manifest()) as run:
        assert run.judged() == pairs(1)


def test_two_writers_are_refused(folder: Path) -> None:
    """The second writer, in this process or another, learns the first one's process id; readers are welcome."""
    with Run.open(folder, manifest()) as run:
        judge(run, 1)
        run.commit()
        with pytest.raises(UsageError, match=f"is being written by process {os.getpid()}") as caught:
            Run.open(folder, manifest())
        assert "\n" not in str(caught.value)
        with start_writer(folder, 10, 5) as other:
            told, _ = other.communicate()
        assert other.returncode == 2
        assert told.startswith("UsageError: run folder")
        assert f"is being written by process {os.getpid()}; expected one writer at a time" in told
        assert Run.read(folder).judged() == pairs(1)
    with start_writer(folder, 3, 5) as other:
        assert other.wait() == 0
    assert Run.read(folder).judged() == pairs(0, 1, 2)


ORPHAN = """
import os, sys, time
from pathlib import Path
from isocost.store.run import Run
from tests.store.run_parts import manifest, execution, verdict
with Run.open(Path(sys.argv[1]), manifest()) as run:
    run.executions.append(execution(1))
    run.verdicts.append(verdict(1))
    child = os.fork()
    if child == 0 and sys.argv[2] == "exits":
        sys.exit(0)
    if child == 0:
        sys.stdout.write(str(os.getpid()) + chr(10))
        sys.stdout.flush()
        time.sleep(60)
    if sys.argv[2] == "exits":
        os.waitpid(child, 0)
    else:
        time.sleep(60)
"""


def test_a_forked_child_writes_nothing(folder: Path) -> None:
    """A child that leaves the block does not write its parent's batch a second time."""
    with start_python("-c", ORPHAN, folder, "exits") as process:
        assert process.wait() == 0
    assert list(Run.read(folder).verdicts.read()) == [verdict(1)]


def test_a_surviving_child_does_not_hold_the_folder(folder: Path) -> None:
    """When the writer is killed, its worker may live on for a while: the folder is free all the same."""
    with start_python("-c", ORPHAN, folder, "stays") as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
        process.wait()
        try:
            Run.open(folder, manifest()).close()
        finally:
            os.kill(child, signal.SIGKILL)


def test_kill_at_any_moment_loses_at_most_the_batch_in_flight(folder: Path) -> None:
    """Ten times killed and resumed: what was committed is there, nothing stands twice, and the end is complete."""
    count, chance = 3000, random.Random(7)
    committed: set[Judged] = set()
    for _ in range(10):
        with start_writer(folder, count, 3) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(20)):
                line = process.stdout.readline()
                committed |= pairs(int(line)) if line else set()
            # A moment that has no relation to the writer's rhythm; with no line waited for, it hits the opening.
            time.sleep(chance.random() / 20)
            process.send_signal(signal.SIGKILL)
            committed |= pairs(*map(int, process.stdout.read().split()))
        seen = Run.read(folder)
        assert committed <= seen.judged()
        assert len(list(seen.verdicts.read())) == len(seen.verdicts.keys())
    assert 0 < len(committed) < count
    with start_writer(folder, count, 50) as process:
        assert process.wait() == 0
    seen = Run.read(folder)
    assert seen.judged() == pairs(*range(count))
    assert sorted(seen.verdicts.read(), key=lambda item: int(item.sample_id)) == [verdict(n) for n in range(count)]
    assert sorted(seen.executions.read(), key=lambda item: int(item.sample_id)) == [execution(n) for n in range(count)]
    assert list(seen.samples.read()) == [sample(n) for n in range(count)]


def test_a_full_disk_leaves_a_readable_run(folder: Path) -> None:
    """The writer ends with one clear line; what was committed reads well, and with room again the run goes on."""
    with start_writer(folder, 600, 10, 200_000) as process:
        told = process.communicate()[0].splitlines()
    assert process.returncode == OwnFaultError.exit_code
    assert told[-1].startswith("OwnFaultError: cannot write '")
    assert "make room, then type the same command again" in told[-1]
    seen = Run.read(folder)
    assert pairs(*map(int, told[:-1])) <= seen.judged()
    assert len(seen.judged()) >= 10
    for name in ("samples", "executions", "verdicts"):
        assert (folder / f"{name}.jsonl").read_bytes().endswith(b"\n")
    with start_writer(folder, 600, 100) as process:
        assert process.wait() == 0
    assert Run.read(folder).judged() == pairs(*range(600))


def test_reading_changes_nothing(folder: Path) -> None:
    """A reader neither locks nor mends nor commits."""
    with Run.open(folder, manifest()) as run:
        judge(run, 1)
    with (folder / "verdicts.jsonl").open("ab") as file:
        file.write(b"torn")
    before = {item.name: item.read_bytes() for item in folder.iterdir()}
    with Run.read(folder) as seen:
        assert seen.judged() == pairs(1)
        with pytest.raises(ValueError, match="only its opener may commit"):
            seen.commit()
        with pytest.raises(ValueError, match="open for reading"):
            seen.verdicts.append(verdict(2))
    assert {item.name: item.read_bytes() for item in folder.iterdir()} == before


def test_a_manifest_may_hold_any_text(folder: Path) -> None:
    """A model's name from a command line may hold undecodable bytes, which Python gives as lone surrogates."""
    odd = msgspec.structs.replace(manifest(), model="caf\udce9")
    Run.open(folder, odd).close()
    assert Run.read(folder).manifest == odd
    Run.open(folder, odd).close()
