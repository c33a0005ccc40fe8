"""Records of published figures: one kind for each file in `isocost/data/published`, whose README says more.

A `Decimal` keeps the digits as they were printed. What a source does not say is None.
"""

from __future__ import annotations

from decimal import Decimal

from isocost.records import Record


class PublishedPer(Record, frozen=True):
    """A row of the PER tables of arXiv 2603.21389; a `Decimal` keeps the digits as printed."""

    model: str
    """Name of the model."""
    task: str
    """Name of the task; models are normalised within one."""
    kind: str
    """`generation` or `classification`."""
    accuracy: Decimal
    """Share of right answers."""
    throughput: Decimal
    """In `throughput_unit`."""
    throughput_unit: str
    """Tokens or samples per second and GPU."""
    latency: Decimal
    """In `latency_unit`."""
    latency_unit: str
    """Milliseconds per token or sample."""
    memory_mb: Decimal
    """MB, as the source says."""
    per: Decimal
    """PER as printed."""
    source: str
    """Where it was read."""


class PublishedPassAtK(Record, frozen=True):
    """Sampled pass@k of arXiv 2404.00725."""

    model: str
    """Name of the model."""
    benchmark: str
    """Name of the benchmark."""
    k: int
    """Samples allowed."""
    pass_at_k_percent: float
    """pass@k in per cent, as printed."""
    problems: int
    """Problems of the benchmark."""
    samples_per_problem: int
    """Samples drawn."""
    temperature: float
    """Temperature of sampling."""
    top_p: float
    """Nucleus mass."""
    source: str
    """Where it was read."""


class PublishedCost(Record, frozen=True):
    """FLOPs and seconds of arXiv 2404.00725, Table 1."""

    model: str
    """Name of the model."""
    tflops_128_tokens: float
    """10¹² FLOPs for 128 input tokens."""
    flops_normalised: float
    """Relative to 7B."""
    wall_seconds_1000_samples: float
    """Seconds for about 1,000 samples on 8 GPUs."""
    wall_normalised: float
    """Relative to 7B."""
    source: str
    """Where it was read."""


class PublishedAccuracy(Record, frozen=True):
    """pass@1 of one model on one benchmark by one source."""

    model: str
    """Name of the model in its source."""
    family: str
    """Family of models."""
    kind: str
    """`base` or `instruct`."""
    parameters_b: float
    """10⁹ parameters, as the source names the size."""
    benchmark: str
    """Name of the benchmark."""
    percent: Decimal
    """pass@1 in per cent, as printed."""
    problems: int | None
    """Problems of the benchmark; None where it cannot be told."""
    problems_basis: str | None
    """`defined`, `stated` or `inferred`; None with `problems`."""
    passed: int | None
    """Problems solved, where one whole number alone rounds to `percent`."""
    samples_per_problem: int | None
    """Samples drawn; None where the protocol does not say."""
    protocol: str
    """How it was made."""
    source_key: str
    """Short name of the source."""
    firmness: str
    """`primary`, `self-reported`, `extraction`, `excerpt` or `secondary`."""
    source: str
    """Where it was read."""


class Ladder(Record, frozen=True):
    """Sizes of one series by one source: what a fit over sizes may use."""

    name: str
    """Name of the ladder."""
    series: str
    """Models of one recipe."""
    source_key: str
    """The one source."""
    firmness: str
    """As of its rows."""
    benchmarks: tuple[str, ...]
    """Benchmarks on which it has every model."""
    models: tuple[str, ...]
    """Names in the source, by size."""
    parameters_b: tuple[float, ...]
    """Sizes of `models` in 10⁹, rising."""
    why: str
    """Why this source, and what to doubt."""
    rows: tuple[PublishedAccuracy, ...]
    """One for each benchmark and model, in this order."""


class PublishedPro(Record, frozen=True):
    """A score of arXiv 2412.21199, Table 2 (greedy) or 7 (sampled)."""

    model: str
    """Name of the model in the source."""
    kind: str
    """`base` or `instruct`."""
    parameters_b: float
    """10⁹ parameters, as the source names the size."""
    benchmark: str
    """Name of the benchmark."""
    setting: str
    """`0-shot`, `1-shot`, `sampling`, or `reported or EvalPlus` for figures from elsewhere."""
    k: int
    """Samples allowed."""
    percent: Decimal
    """pass@k in per cent, as printed."""
    problems: int | None
    """Problems; None where it cannot be told."""
    samples_per_problem: int | None
    """Samples drawn, where sampled."""
    temperature: float | None
    """Temperature, where sampled."""
    top_p: float | None
    """Nucleus mass, where sampled."""
    conflict: str | None
    """What the same source says elsewhere, where it differs."""
    source: str
    """Where it was read."""


class PublishedBoth(Record, frozen=True):
    """Problems solved in both versions, one, or none: arXiv 2412.21199, Figure 5."""

    model: str
    """Name of the model in the source."""
    kind: str
    """`base` or `instruct`."""
    parameters_b: float
    """10⁹ parameters."""
    base_benchmark: str
    """The original version."""
    pro_benchmark: str
    """The self-invoking version."""
    both: int
    """Base problems solved in both."""
    only_base: int
    """Solved in the original version only."""
    only_pro: int
    """Solved in the self-invoking version only."""
    neither: int
    """Solved in neither."""
    problems: int
    """All of them."""
    source: str
    """Where it was read."""


class PublishedThroughput(Record, frozen=True):
    """Speed and memory of one model on one GPU."""

    model: str
    """Name of the model."""
    parameters_b: float
    """10⁹ parameters, as the source names the size."""
    tokens_per_second: float
    """Tokens generated per second."""
    batch: int | None
    """Requests at a time."""
    peak_memory_bytes: int | None
    """Peak memory."""
    peak_memory_printed: str | None
    """The same as printed, or what was printed where its unit is not certain."""
    engine: str
    """What ran the model."""
    device: str | None
    """What it ran on."""
    dtype: str | None
    """Precision of the weights."""
    prompt_tokens: int | None
    """Tokens of the prompt."""
    completion_tokens: int | None
    """Tokens generated."""
    conditions: str | None
    """Further settings."""
    usable: bool
    """Whether the conditions are known well enough."""
    why_not: str | None
    """Why it is not usable."""
    source: str
    """Where it was read."""


class RecordedTask(Record, frozen=True):
    """What one model's recorded sample of one task came to."""

    model: str
    """Name of the model."""
    benchmark: str
    """`humaneval` or `mbpp-plus`."""
    problem_id: str
    """Canonical id."""
    n: int
    """Samples."""
    c_base: int
    """Samples that passed the base tests."""
    c_plus: int
    """Samples that passed base and plus tests."""
    prompt_chars: int
    """Characters of the prompt."""
    completion_chars: int
    """Characters of the completion as recorded; no tokens."""
    source: str
    """Where it was read."""
