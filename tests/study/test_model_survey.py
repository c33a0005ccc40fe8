"""Models listed, found by name or by file, and chosen by size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cost.gguf_writer import gguf, qwen2

from isocost.cost.architectures import known_models, model
from isocost.cost.parameters import parameters
from isocost.errors import InputError, UsageError
from isocost.study.planning.model_survey import family_models, found_model, model_seen, model_survey

CONFIG = {
    "model_type": "qwen2", "num_hidden_layers": 24, "hidden_size": 896, "num_attention_heads": 14,
    "num_key_value_heads": 2, "intermediate_size": 4864, "vocab_size": 151936, "tie_word_embeddings": True,
}  # fmt: skip


def test_every_known_model_is_listed() -> None:
    """Each row of the data file, in its order, with its own parameters and 2 bytes for each at 16 bits."""
    listed = model_survey()
    assert [seen.name for seen in listed] == [row.name for row in known_models()]
    assert [seen.parameters for seen in listed] == [row.parameters for row in known_models()]
    assert all(seen.weight_bytes == 2 * seen.parameters for seen in listed)


def test_a_file_is_read_and_a_name_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A config.json, its folder and a GGUF file are read; a folder with the plain name of a model is not taken for it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "Qwen2.5-Coder-7B"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    small = model("Qwen2.5-Coder-0.5B").architecture
    assert found_model("Qwen2.5-Coder-7B") == model("Qwen2.5-Coder-7B")
    for path in ("./Qwen2.5-Coder-7B", "Qwen2.5-Coder-7B/config.json"):
        assert found_model(path).architecture == small
    assert model_seen(found_model("./Qwen2.5-Coder-7B")).family is None
    values, tensors = qwen2()
    (tmp_path / "tiny.gguf").write_bytes(gguf(values, tensors))
    seen = model_seen(found_model("tiny.gguf"))
    assert (seen.name, seen.parameters, seen.source) == ("tiny", parameters(seen.architecture), "tiny.gguf")


def test_what_is_neither_a_model_nor_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that is not there, a name that is not known, a file that holds something else: one line each."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("no model")
    for name in ("nowhere/config.json", "nowhere.gguf", "notes.txt"):
        with pytest.raises(InputError, match=name.rpartition("/")[2]):
            found_model(name)
    with pytest.raises(UsageError, match="did you mean CodeLlama-34B"):
        found_model("CodeLlama-35B")


def test_sizes_of_each_family() -> None:
    """Every known model is found by its family and the size in its name, smallest first."""
    for row in known_models():
        sizes = [float(name[:-1]) for name in row.name.split("-") if name[0].isdigit() and name.endswith("B")]
        assert [spec.name for spec in family_models(row.family, sizes)] == [row.name]
    assert [spec.name for spec in family_models("granite code", [8, 3, 8])] == ["Granite-3B-Code", "Granite-8B-Code"]
