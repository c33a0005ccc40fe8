"""The lane of torch and transformers: `make test-hf`. Elsewhere its tests are skipped by name."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from isocost.backends.random_vocabulary import CHAT_TEMPLATE, END_OF_TEXT, END_OF_TURN, tokenizer, vocabulary


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs torch where it is missing."""
    if item.get_closest_marker("hf") and not all(map(importlib.util.find_spec, ("torch", "transformers"))):
        pytest.skip("needs torch and transformers: make test-hf")


@pytest.fixture(scope="session")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny Qwen2 of random weights, its tokenizer and a chat template."""
    import torch
    import transformers

    folder = tmp_path_factory.mktemp("qwen")
    torch.manual_seed(0)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer(vocabulary(1000)), eos_token=END_OF_TURN, pad_token=END_OF_TEXT,
        chat_template=CHAT_TEMPLATE,
    ).save_pretrained(folder)  # fmt: skip
    config = transformers.Qwen2Config(
        vocab_size=1000, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=256, initializer_range=0.5, tie_word_embeddings=False,
        eos_token_id=2, pad_token_id=0, bos_token_id=None,
    )  # fmt: skip
    transformers.Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder
