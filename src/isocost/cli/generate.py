"""`isocost generate`: models and benchmarks in, run folders of samples out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from isocost.cli.options import DataDir, EngineChoices, Flag, Json, SpendingCaps
from isocost.cli.output import escaped, note, percent, print_json, print_table, warn
from isocost.cli.progress import generating_progress

if TYPE_CHECKING:
    from isocost.records import Estimate
    from isocost.study.generating.generate import Generated
    from isocost.study.generating.growing import Judge
    from isocost.study.generating.planned import PlannedRun


def generate(
    *,
    model: Annotated[list[str], Parameter(name=("--model", "-m"), negative=())],
    benchmark: Annotated[list[str], Parameter(name=("--benchmark", "-b"), negative=())],
    out: Annotated[Path | None, Parameter(name=("--out", "-o"))] = None,
    prompt: Annotated[list[str] | None, Parameter(negative=())] = None,
    kind: Annotated[list[str] | None, Parameter(negative=())] = None,
    spec: Annotated[list[str] | None, Parameter(negative=())] = None,
    samples: Annotated[int, Parameter(name=("--samples", "-n"))] = 1,
    temperature: float | None = None,
    top_p: float | None = None,
    max_tokens: int | None = None,
    seed: int = 0,
    logprobs: Flag = False,
    target_width: float | None = None,
    max_samples: int = 128,
    limit: int | None = None,
    spending: SpendingCaps = SpendingCaps(),  # noqa: B008 (frozen)
    engine: EngineChoices = EngineChoices(),  # noqa: B008 (frozen)
    unsafe: Flag = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Ask models for answers to the problems of benchmarks, and keep them in run folders, one for each model and benchmark.

    The same command again goes on where the last one stopped, and asks nothing twice; with more --samples it adds to them.

    Parameters
    ----------
    model
        What to ask, may be given several times: http://HOST/v1#MODEL, a .gguf file, hf:…, vllm:…, llamacpp:…,
        replay:FILE or scripted:SCRIPT, with NAME= before it if you like.
    benchmark
        Name as in `isocost benchmarks`, or a file in the shape of one; may be given several times.
    out
        Folder of the run folders; by default a name in `runs/` made from what is asked.
    prompt
        Prompt template: chat, completion, cot, one-shot, one-shot-completion, paper, or a .toml file of your own; for one
        model NAME=chat.
    kind
        `base` or `instruct`, which decides between the templates completion and chat; for one model NAME=base.
    spec
        MODEL=FILE: a config.json or a .gguf that has a model's shape, which costs need.
    samples
        Samples for each problem; with --target-width, how many more in each batch.
    temperature
        Softmax temperature; by default 0 (greedy) for one sample, else 0.8.
    top_p
        Nucleus mass; by default 0.95 unless greedy.
    max_tokens
        Longest answer, in tokens; by default the template says it.
    seed
        From which each draw has its own.
    logprobs
        Ask for the mean log-probability of each answer, which a selector can use.
    target_width
        Go on, in batches for all problems, until the 95% interval of pass@1 is no wider than this share.
    max_samples
        With --target-width: most samples for each problem.
    limit
        The first so many problems of each benchmark only.
    unsafe
        With --target-width: judge even where no isolation holds.
    """
    from isocost.backends.address import parse_address
    from isocost.study.generating.generate import generate as generate_samples
    from isocost.study.generating.generate import raise_failures
    from isocost.study.generating.request import GenerateRequest

    request = GenerateRequest(
        models=tuple(parse_address(text) for text in model),
        benchmarks=tuple(benchmark),
        out=out,
        prompts=_by_model(prompt or []),
        kinds=_by_model(kind or []),
        specs={name: Path(path) for name, path in _by_model(spec or []).items()},
        samples=samples,
        target_width=target_width,
        most_samples=max_samples,
        temperature=temperature,
        top_p=top_p,
        max_tokens=max_tokens,
        seed=seed,
        logprobs=logprobs,
        limit=limit,
        caps=spending.caps(),
        options=engine.options(seed),
        data_dir=data_dir,
    )  # fmt: skip
    with generating_progress("generating") as progress:
        generated = generate_samples(request, progress, judge=_judge(data_dir, unsafe=unsafe))
    if json:
        print_json(generated)
    else:
        _print(generated)
    for line in generated.notes:
        note(line)
    if generated.stopped is not None:
        warn(f"{generated.stopped}, before all was asked; the same command with more of it goes on from here")
    raise_failures(generated)
    return 0


def _by_model(typed: list[str]) -> dict[str, str]:
    """What stands behind `NAME=`, by the model's name; the empty name is for all others."""
    parts = [text.rpartition("=") for text in typed]
    return {name: value for name, _, value in parts}


def _judge(data_dir: Path | None, *, unsafe: bool) -> Judge:
    """What judges a run between two batches."""

    def judged(planned: PlannedRun) -> Estimate | None:
        from isocost.study.judge_file import judge_file
        from isocost.study.judge_request import JudgeRequest

        request = JudgeRequest(
            samples=planned.folder,
            benchmark=planned.asked_for,
            limit=len(planned.prompts),
            unsafe=unsafe,
            data_dir=data_dir,
        )
        return judge_file(request).summary.pass_at.get("1")

    return judged


def _print(generated: Generated) -> None:
    header = ["model", "rung", "benchmark", "problems", "samples", "new", "tokens in", "out", "cut off"]
    rows = [
        [run.model, str(run.rung), run.benchmark, str(run.problems), f"{run.samples} of {run.wanted}", str(run.new),
         _count(run.prompt_tokens), _count(run.completion_tokens), str(run.unfinished)]
        for run in generated.runs
    ]  # fmt: skip
    print_table(header, rows, right=(1, 3, 4, 5, 6, 7, 8))
    reached = [run for run in generated.runs if run.pass_at_1 is not None]
    if reached:
        print()
        print_table(
            ["model", "benchmark", "pass@1 [95% interval]"],
            [[run.model, run.benchmark, percent(run.pass_at_1)] for run in reached if run.pass_at_1 is not None],
        )
    spent = "" if generated.dollars is None else f"    ${generated.dollars:.2f}"
    print(f"\nruns: {escaped(generated.out)}    {generated.seconds:.1f} s{spent}")
    print(f"next: isocost judge {escaped(generated.runs[0].run)}")


def _count(tokens: int | None) -> str:
    return "" if tokens is None else f"{tokens:,}"
