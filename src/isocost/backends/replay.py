"""Recorded samples, given out again: what somebody's file holds for a problem, draw by draw.

A row of the usual shapes (`isocost.store.recorded_rows`) is a text and no more; one of a run's own `samples.jsonl` keeps its
tokens, its seconds, and why it ended. Draws count rows of the same problem in file order; the run's own say theirs.

Not covered: rows that name their problem by its prompt alone (`isocost judge` joins those by the benchmark).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from isocost.backends.address import ModelAddress
from isocost.backends.backend import Reply, Request
from isocost.backends.options import BackendOptions
from isocost.backends.problem_ids import find, spelt
from isocost.errors import BackendError, SamplesError
from isocost.records import Conditions, Sample, Timing, Usage
from isocost.store.lines import LineCodec, NotJsonError, NotRecordError
from isocost.store.recorded_file import fault, opened
from isocost.store.recorded_rows import parse_row

_REASON = "recorded without"
_SAID = (
    "finish_reason",
    "logprob",
    *(f"usage.{name}" for name in Usage.__struct_fields__),
    *(f"timing.{name}_seconds" for name in ("ttft", "tpot", "total")),
)
"""Fields that have a reason where they are None."""
_ELSEWHERE = "recorded elsewhere"


class ReplayBackend:
    """Gives out the samples of one file; `replay:FILE`."""

    def __init__(self, address: ModelAddress, options: BackendOptions) -> None:
        """Nothing is read before it is entered. Of the options none concerns it."""
        del options
        self._path = Path(address.target).expanduser()
        self._recorded: dict[str, dict[int, Reply]] = {}

    def __enter__(self) -> Self:
        """Read the file. Raises SamplesError in one line, with file and place."""
        found: dict[str, dict[int, Reply]] = {}
        codec = LineCodec(Sample)
        with opened(self._path) as file:
            for number, data in file.rows():
                try:
                    self._take(found, data, codec)
                except SamplesError as error:
                    raise fault(self._path, str(error), f"{file.noun} {number}") from error
        if not found:
            raise fault(
                self._path, "is empty; expected one JSON object a line, such as a `task_id` with its `completion`"
            )
        self._recorded = found
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing was started."""

    def conditions(self) -> Conditions:
        """Nothing is computed here, and a file does not say where it was."""
        absent = dict.fromkeys(
            ("engine", "engine_version", "device", "dtype", "threads", "context_tokens", "prompt_cache"), _ELSEWHERE
        )
        return Conditions(host={}, backend="replay", absent=absent)

    def pids(self) -> tuple[int, ...]:
        """No process holds a model."""
        return ()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield what was recorded, one after the other.

        Raises BackendError for a problem or a draw that the file does not have.
        """
        for request in requests:
            problem = request.prompt.problem_id
            draws = find(self._recorded, problem)
            if draws is None:
                raise BackendError(
                    f"{self._path}: no sample for {problem}; expected one for each problem that is asked for: "
                    "leave the benchmark out, or type a smaller --limit"
                )
            if request.draw not in draws:
                raise BackendError(
                    f"{self._path}: {len(draws)} samples for {problem}, and draw {request.draw} was asked for "
                    f"(draws count from 0); type --samples {len(draws)}"
                )
            reply = draws[request.draw]
            yield Reply(
                id=request.id, completion=reply.completion, finish_reason=reply.finish_reason, usage=reply.usage,
                timing=reply.timing, logprob=reply.logprob, absent=reply.absent,
            )  # fmt: skip

    @staticmethod
    def _take(found: dict[str, dict[int, Reply]], data: bytes, codec: LineCodec[Sample]) -> None:
        """Put a row's texts where they belong: a sample of a run under its own draw, others one after the other."""
        try:
            sample = codec.decode(data)
        except (NotJsonError, NotRecordError):
            sample = None
        if sample is not None:
            found.setdefault(spelt(sample.problem_id), {})[sample.draw] = _as_recorded(sample)
            return
        row = parse_row(data)
        if row.raw_id is None:
            raise SamplesError(
                "names its problem by the prompt alone; expected a `task_id`: type isocost judge instead"
            )
        draws = found.setdefault(spelt(row.raw_id), {})
        for text in row.texts:
            draws[len(draws)] = Reply(
                id="",
                completion=text,
                finish_reason=None,
                usage=Usage(),
                timing=Timing(),
                absent=dict.fromkeys(_SAID, _REASON),
            )


def _as_recorded(sample: Sample) -> Reply:
    """A sample of a run as the reply that it once was."""
    reply = Reply(
        id="",
        completion=sample.completion,
        finish_reason=sample.finish_reason,
        usage=sample.usage or Usage(),
        timing=sample.timing or Timing(),
        logprob=sample.logprob,
    )
    none = [path for path in _SAID if functools.reduce(getattr, path.split("."), reply) is None]
    return msgspec.structs.replace(reply, absent={path: sample.absent.get(path, _REASON) for path in none})
