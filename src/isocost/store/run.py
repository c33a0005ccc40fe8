"""A run folder: a manifest, and the journals of one model on one benchmark, which anyone can read and resume.

Resuming is a set difference: open the folder again, and do what `run.samples.keys()` and `run.judged()` do not have.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from isocost.errors import UsageError
from isocost.records import Execution, JudgePolicy, Manifest, Prompt, Sample, Verdict, Window
from isocost.store.disk import disk_error
from isocost.store.journal import Journal
from isocost.store.lock import LOCK_NAME, FolderLock
from isocost.store.manifest_file import MANIFEST_NAME, read_manifest, settle_manifest


class Judged(NamedTuple):
    """Key of an execution and of its verdict."""

    sample_id: str
    """The sample."""
    tests: str
    """Name of the test set."""


class Run:
    """An open run folder; open it with `Run.open` to write or `Run.read` to look.

    `folder` is its place, `manifest` the manifest that stands in it, `repaired` one line for each repair that opening
    made. Journals: `prompts`, `samples` and `windows` by id, `executions` and `verdicts` by (sample id, test set).
    """

    def __init__(self, folder: Path, manifest: Manifest, lock: FolderLock | None) -> None:
        """For `open` and `read`; with a lock the journals are writable."""
        self.folder = folder
        self.manifest = manifest
        self._lock = lock
        writable = lock is not None
        self.prompts = Journal(folder / "prompts.jsonl", Prompt, _id_of, writable=writable)
        self.windows = Journal(folder / "windows.jsonl", Window, _id_of, writable=writable)
        self.samples = Journal(folder / "samples.jsonl", Sample, _id_of, writable=writable)
        self.executions = Journal(folder / "executions.jsonl", Execution, _judged_of, writable=writable)
        self.verdicts = Journal(folder / "verdicts.jsonl", Verdict, _judged_of, writable=writable)
        journals: tuple[Journal[Any], ...] = (self.prompts, self.windows, self.samples, self.executions, self.verdicts)
        self.repaired = tuple(journal.repaired for journal in journals if journal.repaired is not None)

    @classmethod
    def open(cls, folder: Path, manifest: Manifest) -> Self:
        """Create the run folder, or resume the one that is there, as its only writer.

        A resumed folder is mended first: torn tails are cut off, and an execution without its verdict (or a verdict
        without its execution) is dropped, so that a pair is there whole or not at all; `repaired` tells.

        Raises RunMismatchError when the folder's manifest disagrees (each differing field is named with both values) or
        a file in it is broken; UsageError when another process is writing it, or it is no run folder and not empty, or
        not writable; OwnFaultError when the disk is full.
        """
        lock: FolderLock | None = None
        try:
            _make_folder(folder)
            lock = FolderLock(folder)
            run = cls(folder, settle_manifest(folder, manifest), lock)
            run._drop_half_judged()
        except BaseException as error:
            if lock is not None:
                lock.release()
            if isinstance(error, OSError):
                raise disk_error(folder, error) from error
            raise
        return run

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open a run folder to look: nothing in it is changed, and a writer may be at work.

        Raises UsageError when it is not a run folder, RunMismatchError when its manifest is broken or newer than this
        code; broken lines are met when a journal is read.
        """
        manifest = read_manifest(folder)
        if manifest is None:
            inside = sorted(str(path.parent) for path in folder.glob(f"*/{MANIFEST_NAME}"))
            meant = "expected one made by isocost judge or generate"
            if inside:
                meant = f"it holds {len(inside)}: type one of them, as {inside[0]}"
            message = f"{str(folder)!r} is not a run folder: it has no {MANIFEST_NAME}; {meant}"
            raise UsageError(message)
        return cls(folder, manifest, None)

    @property
    def judging(self) -> JudgePolicy:
        """How the run is judged. Raises UsageError where it was not judged yet."""
        if self.manifest.judging is None:
            raise UsageError(f"run {str(self.folder)!r} is not judged yet; type: isocost judge {self.folder}")
        return self.manifest.judging

    def judged(self) -> set[Judged]:
        """Pairs of sample and test set that are done: those that have both an execution and a verdict."""
        return {Judged(*key) for key in self.executions.keys() & self.verdicts.keys() if isinstance(key, Judged)}

    def forget(self, pairs: set[Judged]) -> int:
        """Drop these executions and verdicts, as for sandbox errors that are to be tried again; returns how many pairs.

        Commits first. Verdicts go before executions, for the same reason for which they come after them.
        """
        self.commit()
        dropped = self.verdicts.drop(pairs)
        self.executions.drop(pairs)
        return dropped

    def commit(self) -> None:
        """Write the batch in flight to the disk, executions before verdicts: a verdict never stands without its facts.

        Raises OwnFaultError when the disk is full; what was committed before stays readable.
        """
        if self._lock is None or not self._lock.mine:
            message = "this run is open for reading, closed, or held by the parent process; only its opener may commit"
            raise ValueError(message)
        self.prompts.commit()
        self.samples.commit()
        self.windows.commit()
        self.executions.commit()
        self.verdicts.commit()

    def close(self) -> None:
        """Commit and let others write. Closing twice is fine; in a forked child nothing is written."""
        lock, mine = self._lock, self._lock is not None and self._lock.mine
        try:
            if mine:
                self.commit()
        finally:
            self._close_journals()
            if lock is not None:
                lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        """Return itself; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, also after an error or an interrupt: what was appended until then is whole and worth keeping."""
        self.close()

    def _close_journals(self) -> None:
        self.prompts.close()
        self.samples.close()
        self.windows.close()
        self.executions.close()
        self.verdicts.close()

    def _drop_half_judged(self) -> None:
        whole = self.executions.keys() & self.verdicts.keys()
        for journal, missing in ((self.verdicts, "execution"), (self.executions, "verdict")):
            dropped = journal.drop(journal.keys() - whole)
            if dropped:
                self.repaired += (
                    f"{journal.path.name}: dropped {dropped} without their {missing}; they will be redone",
                )


def _id_of(record: Prompt | Sample | Window) -> Hashable:
    return record.id


def _judged_of(record: Execution | Verdict) -> Hashable:
    return Judged(record.sample_id, record.tests)


def _make_folder(folder: Path) -> None:
    """Create the folder, or make sure that it is a run folder or empty: another's files are never written over."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / MANIFEST_NAME).exists():
        return
    ours = {LOCK_NAME, MANIFEST_NAME + ".tmp"}
    others = sorted(item.name for item in folder.iterdir() if item.name not in ours)
    if others:
        message = (
            f"{str(folder)!r} is not a run folder and not empty (it has {others[0]!r}); "
            "expected a new or empty folder, or a run to resume: give another --out"
        )
        raise UsageError(message)
