"""`isocost models`: the models whose shape is known, and what a token of theirs takes."""

from __future__ import annotations

import msgspec

from isocost.cli.options import Json
from isocost.cli.output import print_facts, print_json, print_table
from isocost.study.planning.model_survey import CONTEXT, ModelSeen, found_model, model_seen, model_survey


def models(name: str | None = None, /, *, json: Json = False) -> int:
    """List the models whose shape is known, or show one in full: its parameters, bytes and FLOPs.

    Parameters
    ----------
    name
        A model, in any usual spelling; or the path of a config.json, of a folder with one, or of a GGUF file.
    """
    if name is None:
        listed = model_survey()
        if json:
            print_json({"models": msgspec.to_builtins(listed)})
        else:
            _print_all(listed)
        return 0
    seen = model_seen(found_model(name))
    if json:
        print_json(msgspec.to_builtins(seen))
    else:
        _print_one(seen)
    return 0


def _print_all(listed: tuple[ModelSeen, ...]) -> None:
    header = ["name", "family", "parameters", "layers", "KV bytes/token", "GB at bf16", "GFLOP/token", "source"]
    rows = [
        [seen.name, seen.family or "–", f"{seen.parameters:,}", str(seen.architecture.layers),
         f"{seen.kv_bytes_per_token:,.0f}", f"{seen.weight_bytes / 1e9:.2f}", f"{seen.flops_per_token / 1e9:.2f}",
         seen.source]
        for seen in listed
    ]  # fmt: skip
    print_table(header, rows, right=(2, 3, 4, 5, 6))
    print(f"\nGFLOP/token: one more token after {CONTEXT} others. `isocost models NAME` shows one in full,")
    print("`isocost models PATH` one that is not listed, by its config.json or GGUF file")


def _print_one(seen: ModelSeen) -> None:
    stored = seen.parameters * seen.stored_bits / 8e9
    print_facts([
        ("name", seen.name),
        ("family", seen.family),
        ("source", seen.source),
        ("parameters", f"{seen.parameters:,}"),
        ("a token meets", f"{seen.matmul_parameters:,} of them in products, the output head among them"),
        ("weights at bf16", f"{seen.weight_bytes / 1e9:.2f} GB"),
        ("weights as stored", None if seen.stored_bits == 16 else f"{stored:.2f} GB, {seen.stored_bits:.2f} bits each"),
        ("KV at 16 bits", f"{seen.kv_bytes_per_token:,.0f} bytes for each token"),
        ("a token costs", f"{seen.flops_per_token / 1e9:.2f} GFLOP after {CONTEXT} others"),
    ])  # fmt: skip
    print()
    shape = msgspec.structs.asdict(seen.architecture)
    print_facts([(name, _value(value)) for name, value in shape.items()])


def _value(value: object) -> str | None:
    """What the shape has; what it lacks (False, 0) is left out."""
    if value is True:
        return "yes"
    return None if not value else f"{value:,}"
