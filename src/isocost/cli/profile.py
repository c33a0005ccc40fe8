"""`isocost profile`: how long models take on this machine, by size and beside the roofline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from isocost.cli.options import Flag, Json
from isocost.cli.output import escaped, note, print_facts, print_json, print_table
from isocost.errors import UsageError
from isocost.study.profiling.profile_file import write_profile
from isocost.study.profiling.profile_record import BatchFigures, ModelFigures, Profile, Spread
from isocost.study.profiling.request import ProfileRequest
from isocost.study.profiling.request import profile as make_profile

_DEFAULTS = ProfileRequest()


def profile(
    *model: str,
    shape: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    random_weights: Flag = False,
    sweep: Annotated[tuple[str, ...] | None, Parameter(consume_multiple=True)] = None,
    engine: Literal["llamacpp", "transformers"] | None = None,
    prompt_tokens: int = _DEFAULTS.prompt_tokens,
    new_tokens: int = _DEFAULTS.new_tokens,
    batch: str = "1",
    rounds: int = _DEFAULTS.rounds,
    seconds: float = _DEFAULTS.seconds,
    warmups: int = _DEFAULTS.warmups,
    threads: int | None = None,
    dtype: str | None = None,
    device: str | None = None,
    seed: int = 0,
    out: Annotated[Path, Parameter(name=("--out", "-o"))] = Path("profile.json"),
    json: Json = False,
) -> int:
    """Measure how long models take on this machine: seconds, memory, and joules where a counter is, beside the roofline.

    All models are open at once and measured in turns. Their answers are thrown away: speed does not depend on what the
    weights know, and random ones of a shape do as well.

    Parameters
    ----------
    model
        Addresses, as for `isocost generate`: a .gguf file, hf:OWNER/REPO, http://HOST/v1#MODEL.
    shape
        A known model, a config.json or a .gguf file, whose shape gets random weights (with --random-weights), or is that of
        the one model named.
    random_weights
        Make weights up; models and shapes are then names as `isocost models` lists them.
    sweep
        Measure all sizes of a family with random weights, as far as memory reaches: `small` (8M to 0.5B, when no name
        follows), `tiny`, or a family such as qwen2.5-coder.
    engine
        What computes random weights; by default llamacpp, on the CPU.
    prompt_tokens
        Tokens of each prompt.
    new_tokens
        Tokens of each completion.
    batch
        Requests in flight at once; several numbers with commas between them, as 1,8,32.
    rounds
        Rounds: in each, every model is measured once. More are made, from 10 on, where others use the machine.
    seconds
        No round begins after so many seconds of rounds, the first three excepted.
    warmups
        Requests of each kind that do not count.
    threads
        Threads on the CPU; by default one fewer than the cores, and at least one.
    dtype
        Type of random weights: f16 (default), f32, bf16, q8_0, q4_0 for llamacpp; bf16, fp16, fp32 for transformers.
    device
        cpu or cuda, for transformers; by default a GPU if there is one.
    seed
        Seed of the interval's draws.
    out
        File that the profile is written to; `isocost plan --device FILE` takes it.
    """
    if sweep is not None and len(sweep) > 1:
        raise UsageError(f"--sweep names {len(sweep)} families, expected one at most; profile them one after another")
    request = ProfileRequest(
        models=model, shapes=shape, random_weights=random_weights,
        sweep=None if sweep is None else "".join(sweep), engine=engine, prompt_tokens=prompt_tokens,
        new_tokens=new_tokens, batches=_numbers(batch), rounds=rounds, seconds=seconds, warmups=warmups, threads=threads,
        dtype=dtype, device=device, seed=seed,
    )  # fmt: skip
    made = make_profile(request, _progress)
    write_profile(out, made)
    if json:
        print_json(msgspec.to_builtins(made))
    else:
        _print(made)
        print(f"\nprofile: {escaped(str(out))}    {made.seconds:.0f} s")
    for one in made.skipped:
        note(f"{one.name} was not measured: it {one.reason}")
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in text.split(","))
    except ValueError:
        raise UsageError(f"--batch is {text[:60]!r}, expected whole numbers with commas, as 1,8,32") from None


def _progress(line: str) -> None:
    print(f"profile: {escaped(line)}", file=sys.stderr)


def _print(made: Profile) -> None:
    where, device = made.conditions, made.device
    spin = made.spin_seconds
    print_facts([
        ("engine", f"{where.engine or where.backend} {where.engine_version or ''}".strip()),
        ("on", _where(made)),
        ("clock", f"{made.clock}'s"),
        ("rounds", f"{made.rounds}, after {made.warmups} warm-ups"),
        ("computes", None if device is None else f"{device.flops_per_second.value / 1e9:,.0f} GFLOP/s: "
                                                 f"{device.flops_per_second.source}"),
        ("reads", None if device is None else f"{device.bytes_per_second.value / 1e9:,.1f} GB/s: "
                                              f"{device.bytes_per_second.source}"),
        ("evenness", f"a fixed spin took {spin.median * 1e3:.1f} ms, from {spin.p10 * 1e3:.1f} to {spin.p90 * 1e3:.1f}"),
    ])  # fmt: skip
    print()
    header = ["model", "batch", "calm", "TTFT ms [p10, p90]", "CV", "/roofline", "TPOT ms [p10, p90]", "CV", "/roofline", "tokens/s",
              "GB/s", "memory MB"]  # fmt: skip
    rows = [_row(model, figures) for model in made.models for figures in model.batches]
    print_table(header, rows, right=range(1, len(header)))
    _print_scaling(made)
    reasons = dict.fromkeys(
        f"{name}: {why}" for model in made.models for name, why in model.absent.items()
    ) | dict.fromkeys(f"{name}: {why}" for name, why in made.absent.items())  # fmt: skip
    if reasons:
        print("\nnot measured:")
    for reason in reasons:
        print(f"  {escaped(reason)}")


def _where(made: Profile) -> str:
    where = made.conditions
    threads = f", {where.threads} thread{'s' if where.threads > 1 else ''}" if where.threads else ""
    return f"{where.device or 'unknown'}{threads}{f', weights of {where.dtype}' if where.dtype else ''}"


def _row(model: ModelFigures, figures: BatchFigures) -> list[str]:
    first = figures is model.batches[0]
    return [
        model.name, str(figures.batch), str(figures.calm),
        _milliseconds(figures.ttft_seconds), _share(figures.ttft_seconds), _ratio(figures.ttft_ratio),
        _milliseconds(figures.tpot_seconds), _share(figures.tpot_seconds), _ratio(figures.tpot_ratio),
        f"{figures.tokens_per_second.median:,.1f}",
        "–" if model.bytes_per_second is None or not first else f"{model.bytes_per_second / 1e9:.1f}",
        "–" if model.memory_bytes is None or not first else f"{model.memory_bytes / 1e6:,.0f}",
    ]  # fmt: skip


def _print_scaling(made: Profile) -> None:
    if made.scaling is None:
        return
    print()
    for name, law in (("TPOT", made.scaling.tpot), ("TTFT", made.scaling.ttft)):
        print(
            f"{name} ~ parameters^{law.exponent:.3f} [{law.low:.3f}, {law.high:.3f}], {law.level:.0%} by {law.method}; "
            f"R² {law.r_squared:.3f}; a size left out is missed by {law.left_out_mean:.0%} on average, "
            f"{law.left_out_most:.0%} at most"
        )
    terms = made.scaling.tpot_terms
    rate = "" if terms.bytes_per_second is None else f" + bytes / {terms.bytes_per_second / 1e9:.1f} GB/s"
    print(
        f"TPOT = {terms.layer_seconds * 1e3:.3f} ms × layers{rate}; off by {terms.error_mean:.0%} on average, "
        f"{terms.error_most:.0%} at most; a size left out is missed by {terms.left_out_mean:.0%} on average, "
        f"{terms.left_out_most:.0%} at most"
    )


def _milliseconds(spread: Spread | None) -> str:
    if spread is None:
        return "–"
    return f"{spread.median * 1e3:,.2f} [{spread.p10 * 1e3:,.2f}, {spread.p90 * 1e3:,.2f}]"


def _share(spread: Spread | None) -> str:
    return "–" if spread is None or spread.cv is None else f"{spread.cv:.0%}"


def _ratio(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}"
