"""Shapes from a model's own files: config.json of each type, GGUF headers, and files that are neither."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cost.gguf_writer import gguf, qwen2, text

from isocost.cost.architectures import model
from isocost.cost.gguf import read_gguf
from isocost.cost.headers import read_architecture, read_model
from isocost.cost.hub_config import architecture_of_config
from isocost.cost.parameters import parameters
from isocost.errors import InputError

BASE = {
    "num_hidden_layers": 24, "hidden_size": 896, "num_attention_heads": 14, "num_key_value_heads": 2,
    "intermediate_size": 4864, "vocab_size": 151936,
}  # fmt: skip


def test_the_published_config_gives_the_known_shape(tmp_path: Path) -> None:
    """A config.json as it was published, given as a file or as its folder, is the shape in our table."""
    fields = BASE | {"model_type": "qwen2", "tie_word_embeddings": True, "use_sliding_window": False, "x": [1, None]}
    (tmp_path / "config.json").write_text(json.dumps(fields))
    spec = read_model(tmp_path, family="Qwen2.5-Coder", kind="instruct")
    known = model("Qwen2.5-Coder-0.5B")
    assert spec.architecture == known.architecture == read_architecture(tmp_path / "config.json")
    assert (spec.parameters, spec.name, spec.kind) == (known.parameters, tmp_path.name, "instruct")


@pytest.mark.parametrize(
    ("fields", "differs"),
    [
        ({"model_type": "llama", "num_key_value_heads": None}, {"kv_heads": 14, "tied": False}),
        ({"model_type": "llama", "attention_bias": True}, {"attention_bias": True, "output_bias": True}),
        ({"model_type": "llama", "mlp_bias": True}, {"ffn_bias": True}),
        ({"model_type": "mistral", "head_dim": 100}, {"head_dim": 100}),
        ({"model_type": "qwen2"}, {"attention_bias": True, "output_bias": False, "tied": False}),
        ({"model_type": "qwen3"}, {"qk_norm": True, "head_dim": 128, "attention_bias": False}),
        ({"model_type": "gemma"}, {"head_dim": 256, "tied": True, "gated": True}),
        ({"model_type": "starcoder2"}, {"gated": False, "norm_bias": True, "ffn_bias": True, "tied": True}),
        ({"model_type": "starcoder2", "use_bias": False}, {"norm_bias": True, "ffn_bias": False}),
        ({"model_type": "mixtral", "num_local_experts": 8, "num_experts_per_tok": 2}, {"experts": 8, "ffn": 4864}),
        (
            {
                "model_type": "qwen2_moe", "num_experts": 60, "num_experts_per_tok": 4, "moe_intermediate_size": 1408,
                "shared_expert_intermediate_size": 5632, "decoder_sparse_step": 1, "mlp_only_layers": [],
            },
            {"experts": 60, "experts_active": 4, "ffn": 1408, "shared_ffn": 5632, "shared_gate": True},
        ),
        (
            {"model_type": "qwen3_moe", "num_local_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 96},
            {"experts": 8, "experts_active": 2, "ffn": 96, "shared_ffn": 0, "qk_norm": True},
        ),
        (
            {"model_type": "gpt_bigcode", "n_layer": 40, "n_embd": 6144, "n_head": 48, "n_positions": 8192},
            {"kv_heads": 1, "ffn": 24576, "positions": 8192, "norm_bias": True, "gated": False, "tied": True},
        ),
    ],
)  # fmt: skip
def test_each_type_of_model_is_read_by_its_own_rules(fields: dict[str, object], differs: dict[str, object]) -> None:
    """Biases, norms, ties and widths that a file leaves out are the library's defaults for that type."""
    shape = architecture_of_config(BASE | fields, "config.json")
    assert {name: getattr(shape, name) for name in differs} == differs


def test_starcoder_has_its_published_size() -> None:
    """The first StarCoder, with learned positions and one key-value head: 15.5 billion parameters."""
    fields = {
        "model_type": "gpt_bigcode", "n_layer": 40, "n_embd": 6144, "n_head": 48, "n_inner": 24576,
        "n_positions": 8192, "vocab_size": 49152, "multi_query": True,
    }  # fmt: skip
    assert round(parameters(architecture_of_config(fields, "config.json")) / 1e9, 1) == 15.5


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no JSON object"),
        ("[1]", "no JSON object"),
        ("{" * 5000, "no JSON object"),
        ("[" * 100_000, "no JSON object"),
        ('{"a": "\\ud800"}', "no JSON object"),
        ("{}", "'model_type' is 'None', expected one of llama, mistral,"),
        ('{"model_type": "mamba"}', "'model_type' is 'mamba', expected one of"),
        ('{"model_type": ["llama"]}', "'model_type' is \"['llama']\", expected one of"),
        ('{"model_type": "llama"}', "'hidden_size' is missing, expected a whole number of at least 1;"),
        (json.dumps(BASE | {"model_type": "llama", "hidden_size": "896"}), "'hidden_size' is '896', expected a whole"),
        (json.dumps(BASE | {"model_type": "llama", "hidden_size": -1}), "'hidden_size' is '-1', expected"),
        (json.dumps(BASE | {"model_type": "llama", "hidden_size": 10**30}), "'hidden_size' is '1000"),
        (json.dumps(BASE | {"model_type": "llama", "num_attention_heads": True}), "'num_attention_heads' is 'True'"),
        (json.dumps(BASE | {"model_type": "llama", "hidden_size": 3}), "a width of 3 for 14 heads"),
        (json.dumps(BASE | {"model_type": "llama", "mlp_bias": "yes"}), "'mlp_bias' is 'yes', expected true or false"),
        (
            json.dumps(BASE | {"model_type": "mixtral", "num_local_experts": 2, "num_experts_per_tok": 3}),
            "'num_experts_per_tok' is 3, expected at most the 2 experts there are",
        ),
        (
            json.dumps(BASE | {"model_type": "qwen3_moe", "mlp_only_layers": [0]}),
            "'mlp_only_layers' is '[0]', expected [] or nothing, because layers with and without experts are mixed",
        ),
    ],
)
def test_a_config_that_is_none_is_refused_in_one_line(tmp_path: Path, content: str, says: str) -> None:
    """File, field, value, and what was expected."""
    path = tmp_path / "config.json"
    path.write_text(content)
    assert says in _refused(path)


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    """A missing file, a folder without config.json, a huge one and a pipe."""
    assert "cannot be read (No such file" in _refused(tmp_path / "config.json")
    assert "cannot be read (No such file" in _refused(tmp_path)
    assert "cannot be read (No such file" in _refused(tmp_path / "model.gguf")
    os.mkfifo(tmp_path / "pipe.gguf")
    assert "a pipe or device" in _refused(tmp_path / "pipe.gguf")
    with (tmp_path / "config.json").open("wb") as file:
        file.truncate(1 << 32)
    assert "more than 4194304 bytes" in _refused(tmp_path / "config.json")


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("tied", [True, False])
def test_a_gguf_header_gives_shape_size_and_bits(tmp_path: Path, version: int, *, tied: bool) -> None:
    """Sizes come from the pairs, biases and ties from the tensors; lists are skipped and counted."""
    values, tensors = qwen2(tied=tied)
    path = tmp_path / "tiny-Q8_0.gguf"
    path.write_bytes(gguf(values, tensors, kind=8, version=version))
    spec = read_model(path)
    shape = architecture_of_config(
        {
            "model_type": "qwen2", "num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4,
            "num_key_value_heads": 2, "intermediate_size": 96, "vocab_size": 300, "tie_word_embeddings": tied,
        },
        "config.json",
    )  # fmt: skip
    assert spec.architecture == shape
    assert spec.parameters == parameters(shape)
    assert (spec.weight_bits, spec.name) == (8.5, "tiny-Q8_0")
    header = read_gguf(path)
    assert header.lists == {"tokenizer.ggml.tokens": 300, "tokenizer.ggml.token_type": 300}
    assert header.values == {key: value for key, value in values.items() if not isinstance(value, list)}
    assert {name: tensor.dimensions for name, tensor in header.tensors.items()} == tensors


def test_a_gguf_of_experts_is_read_with_its_router_and_shared_expert(tmp_path: Path) -> None:
    """Experts are one tensor of three dimensions; the shared one has a gate."""
    values, tensors = qwen2(layers=1)
    values = {key.replace("qwen2.", "qwen2moe."): value for key, value in values.items()} | {
        "general.architecture": "qwen2moe",
        "qwen2moe.expert_count": 4,
        "qwen2moe.expert_used_count": 2,
        "qwen2moe.expert_feed_forward_length": 32,
    }
    for part in ("gate", "up", "down"):
        del tensors[f"blk.0.ffn_{part}.weight"]
        inner = (32, 64) if part == "down" else (64, 32)
        tensors[f"blk.0.ffn_{part}_exps.weight"] = (*inner, 4)
        tensors[f"blk.0.ffn_{part}_shexp.weight"] = (48, 64) if part == "down" else (64, 48)
    tensors |= {"blk.0.ffn_gate_inp.weight": (64, 4), "blk.0.ffn_gate_inp_shexp.weight": (64,)}
    path = tmp_path / "experts.gguf"
    path.write_bytes(gguf(values, tensors))
    shape = read_architecture(path)
    assert (shape.experts, shape.experts_active, shape.ffn, shape.shared_ffn, shape.shared_gate) == (4, 2, 32, 48, True)
    assert read_model(path).parameters == parameters(shape)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no GGUF file: it begins with b''"),
        (b"PK\x03\x04 a zip", "no GGUF file: it begins with b'PK\\x03\\x04', expected b'GGUF'; give a .gguf file"),
        (b"GGUF", "an end 4 bytes too early"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1, expected 2 or 3"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "version 50331648, expected 2 or 3"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**63, 0), "9223372036854775808 tensors, expected at most"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**40), "1099511627776 pairs, expected at most"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**60) + b"x" * 99, "bytes of a text, expected at most"),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 8, 2**50) + b"x" * 99,
            "items of 'k', expected at most",
        ),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 9, 1) + b"x" * 99,
            "a list of type 9 for 'k', expected a list of numbers or texts",
        ),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<II", 77, 0), "a value of type 77 for 'k'"),
        (gguf({}, {"t": (1, 2, 3, 4, 5)}), "5 dimensions for 't', expected 1 to 4"),
        (gguf({}, {"t": (0, 2)}), "the dimensions (0, 2) for 't'"),
        (gguf({}, {"t": (2**40, 2**40)}), "for 't', expected those of a tensor"),
        (gguf({}, {}), "'general.architecture' is 'None', expected one of llama, qwen2,"),
        (gguf({"general.architecture": "mamba"}, {}), "'general.architecture' is 'mamba', expected one of"),
        (gguf({"general.architecture": "qwen2"}, {}), "'qwen2.embedding_length' is missing, expected one whole number"),
        (gguf(qwen2()[0] | {"split.count": 3}, qwen2()[1]), "one of 3 pieces, expected a whole file;"),
        (gguf(qwen2()[0], {}), "'token_embd.weight' is missing, expected 64 by the size of the vocabulary"),
        (gguf(qwen2()[0] | {"qwen2.block_count": 3}, qwen2()[1]), "weights, expected"),
        (
            gguf(qwen2()[0] | {"qwen2.attention.head_count_kv": [2, 1]}, qwen2()[1]),
            "_kv' is a list, expected one whole",
        ),
        (gguf(qwen2()[0] | {"qwen2.attention.head_count": 0}, qwen2()[1]), "head_count' is '0', expected one whole"),
    ],
)
def test_a_file_that_is_no_good_gguf_is_refused_in_one_line(tmp_path: Path, data: bytes, says: str) -> None:
    """Whatever a header claims, it is held against the file and a bound, and one line says what is wrong."""
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    assert says in _refused(path)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_damage_anywhere_gives_a_shape_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Cut short or with bytes changed, a header is read or refused; nothing else comes out."""
    whole = bytearray(gguf(*qwen2(layers=1)))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    path = tmp_path_factory.mktemp("damaged") / "model.gguf"
    path.write_bytes(bytes(whole[: cut if data.draw(st.booleans()) else None]))
    try:
        spec = read_model(path)
    except InputError as error:
        said = str(error)
    else:
        said = str(spec.parameters)
    assert said
    assert "\n" not in said


def _refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_model(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)
