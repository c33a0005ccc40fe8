"""`isocost profile` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from tests.cli.command import isocost

from isocost.study.profiling.profile_file import read_profile

QUICK = ("--rounds", "3", "--warmups", "1", "--prompt-tokens", "32", "--new-tokens", "8", "--threads", "1")


def test_a_sweep_is_a_table_a_law_and_a_file(tmp_path: Path) -> None:
    """`--sweep tiny` prints each size beside the roofline and the exponents; the file is a device for `plan`."""
    done = isocost("profile", "--sweep", "tiny", *QUICK, cwd=tmp_path)
    assert done.code == 0
    assert all(line.startswith("profile: ") for line in done.err.splitlines())
    assert "random-0.6M" in done.out
    assert "TPOT ~ parameters^" in done.out
    assert "95% by bootstrap over rounds" in done.out
    assert "profile: profile.json" in done.out
    made = read_profile(tmp_path / "profile.json")
    used = made.effective or made.device
    assert used is not None
    planned = isocost("plan", "--device", "profile.json", "--json", cwd=tmp_path)
    assert (planned.code, planned.document["device"]) == (0, used.name)


def test_json_is_one_document(tmp_path: Path) -> None:
    """`--json` prints the profile that stands in the file, and nothing else on stdout."""
    shape = ("--shape", "random-0.6M", "--random-weights")
    done = isocost("profile", *shape, *QUICK, "--batch", "1,2", "--json", "--out", "p/one.json", cwd=tmp_path)
    assert done.code == 0
    assert done.document == msgspec.json.decode((tmp_path / "p" / "one.json").read_bytes())
    assert [figures["batch"] for figures in done.document["models"][0]["batches"]] == [1, 2]


def test_bad_input_ends_with_2_and_one_line(tmp_path: Path) -> None:
    """No model, a shape that is not known, a batch that is no number, two families: what to type, and nothing is made."""
    for words, text in (
        ((), "no model; type its address, or --sweep"),
        (("--shape", "qwen2.5-coder-2b", "--random-weights"), "did you mean Qwen2.5-Coder-"),
        (("--sweep", "--batch", "1,x"), "--batch is '1,x', expected whole numbers with commas"),
        (("--sweep", "a", "b"), "--sweep names 2 families"),
        (("missing.gguf",), "missing.gguf: no such file"),
    ):
        done = isocost("profile", *words, cwd=tmp_path)
        assert done.code == 2
        assert text in done.complaint
    assert list(tmp_path.iterdir()) == []
