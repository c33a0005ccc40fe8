"""Writes a run's pass@1 as the Hugging Face Hub reads it from a model's repository: `.eval_results/NAME.yaml`.

A list with one entry: `dataset` (`id`, `task_id`, `revision`), `value`, `date`, `source` (`url`, `name`, `user`), `notes`.
`verifyToken` is never written: only an evaluation that the Hub itself ran has one. The Hub takes no interval, so that it
stands in `notes`, with the number of problems and how they were judged.

Source: huggingface/hub-docs, `docs/hub/eval-results.md`, and `EvalResultEntry` of huggingface_hub (read 2026-11-25).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from isocost.errors import UsageError
from isocost.records import Record
from isocost.study.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from isocost.store.run import Run
    from isocost.study.summary import Summary

DATASETS = {
    "humaneval": "openai/openai_humaneval",
    "humaneval-plus": "evalplus/humanevalplus",
    "humaneval-pro": "CodeEval-Pro/humaneval-pro",
    "mbpp": "google-research-datasets/mbpp",
    "mbpp-plus": "evalplus/mbppplus",
    "mbpp-pro": "CodeEval-Pro/mbpp-pro",
    "bigcodebench-lite-pro": "CodeEval-Pro/bigcodebench-lite-pro",
}
"""Data sets of the Hub that hold a benchmark's problems, by the benchmark's name."""

# YAML reads no other characters, and these two as line ends; JSON lets them stand.
_NOT_YAML = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # no reader takes them, not even written out


class HubEntry(Record, frozen=True):
    """What the Hub is told beside the figures; None is left out."""

    dataset: str | None = None
    """Id of the data set whose leaderboard it is for; None takes the one of `DATASETS`."""
    task: str = "default"
    """Id of the task, as the data set's `eval.yaml` names it."""
    source_url: str | None = None
    """Address of what the figure rests on, as this run's samples."""
    source_name: str | None = None
    """What to call it."""
    source_user: str | None = None
    """User or organisation of the Hub that it is by."""


def write_hub_results(run: Run, path: Path, entry: HubEntry) -> tuple[int, int]:
    """Write the entry; returns how many samples the value is of, and how many were left out.

    Raises UsageError where nothing is scored, no data set is known, or a source has a name but no address.
    """
    summary = summarise(run)
    dataset = entry.dataset or DATASETS.get(summary.benchmark)
    if dataset is None:
        raise UsageError(
            f"no data set of the Hub is known for the benchmark {summary.benchmark!r}; type --dataset OWNER/NAME"
        )
    if "1" not in summary.pass_at:
        raise UsageError(f"{str(run.folder)!r} has no scored sample, expected some; judge it first")
    if entry.source_url is None and (entry.source_name or entry.source_user):
        raise UsageError("a source has a name or a user but no address, expected one; type --source-url URL")
    path.write_text("\n".join(_lines(run, summary, entry, dataset)) + "\n", encoding="utf-8")
    return summary.samples, summary.unscored_samples + summary.unjudged_samples


def _lines(run: Run, summary: Summary, entry: HubEntry, dataset: str) -> Iterator[str]:
    yield "- dataset:"
    yield f"    id: {_quoted(dataset)}"
    yield f"    task_id: {_quoted(entry.task)}"
    yield f"  value: {100 * summary.pass_at['1'].value:.2f}"
    yield f"  date: {_quoted(run.manifest.created)}"
    if entry.source_url is not None:
        yield "  source:"
        yield f"    url: {_quoted(entry.source_url)}"
        if entry.source_name is not None:
            yield f"    name: {_quoted(entry.source_name)}"
        if entry.source_user is not None:
            yield f"    user: {_quoted(entry.source_user)}"
    yield f"  notes: {_quoted(_notes(run, summary))}"


def _notes(run: Run, summary: Summary) -> str:
    """What a bare number does not say."""
    seen = summary.pass_at["1"]
    each = "1 sample a problem" if seen.samples == seen.problems else f"{seen.samples} samples"
    out = summary.missing + summary.unscored_problems
    left_out = f", {out} problems left out" if out else ""
    return (
        f"pass@1 in percent, {seen.level:.0%} interval [{100 * seen.low:.1f}, {100 * seen.high:.1f}] ({seen.method}), "
        f"{seen.problems} problems, {each}{left_out}; {run.manifest.benchmark.name} {run.manifest.benchmark.version}; "
        f"extraction {run.judging.extraction}; judged by isocost {run.manifest.isocost_version}"
    )


def _quoted(text: str) -> str:
    r"""A text as YAML in double quotes, whatever it holds: JSON's, with what YAML does not read written out.

    >>> print(_quoted("a: 'b' # \x85\u2028c"))
    "a: 'b' # \u0085\u2028c"
    """
    kept = json.dumps(_LONE_SURROGATE.sub("\ufffd", text), ensure_ascii=False)
    return _NOT_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", kept)
