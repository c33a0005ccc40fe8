"""Holds the cost model against the models that `transformers` builds: parameters, and FLOPs by torch's own counter.

    make test-hf && .venv-hf/bin/python -m bench.flop_counter

Needs torch (the CPU build will do, under 1 GB) and transformers, which isocost itself does not: it runs in the environment
of the lane `hf`. Takes about a minute.
First, a tiny random model of each type of `config.json` is written, and its config read back by `isocost.cost`; the
FLOPs of a prefill, of a decode step and of a generation are counted with eager attention, because the counter doesn't
see the attention and the experts of the fused kernels. Then each known model is built without memory for its weights
("meta" device), and its parameters are counted. Ends with 1 if anything differs by more than 0.1%.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from typing import Any

from isocost.cost.architectures import known_models
from isocost.cost.flops import counter_flops
from isocost.cost.hub_config import architecture_of_config
from isocost.cost.parameters import parameters
from isocost.records import Architecture

MOST_DIFFERENCE = 1e-3
SHARED = {
    "num_hidden_layers": 4, "hidden_size": 256, "num_attention_heads": 8, "num_key_value_heads": 2,
    "intermediate_size": 688, "vocab_size": 4096, "max_position_embeddings": 512, "pad_token_id": 0,
    "bos_token_id": 1, "eos_token_id": None,
}  # fmt: skip
TINY: dict[str, dict[str, object]] = {
    "Qwen2": {"tie_word_embeddings": True},
    "Llama": {"num_key_value_heads": 8},
    "Llama bias": {"attention_bias": True, "mlp_bias": True, "tie_word_embeddings": True},
    "Mistral": {"head_dim": 48},
    "Starcoder2": {},
    "Qwen3": {"head_dim": 64},
    "Qwen3 bias": {"head_dim": 64, "attention_bias": True},
    "Gemma": {"head_dim": 64, "num_key_value_heads": 1},
    "Mixtral": {"num_local_experts": 8, "num_experts_per_tok": 2},
    "Qwen2Moe": {
        "num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 96, "shared_expert_intermediate_size": 160,
    },
    "Qwen3Moe": {"num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 96, "head_dim": 64},
    "GPTBigCode": {"n_layer": 4, "n_embd": 256, "n_head": 8, "n_positions": 512},
}  # fmt: skip


def main() -> int:
    """Print both tables; 1 if a row is off."""
    warnings.simplefilter("ignore", FutureWarning)
    worst = max(_tiny(), _known())
    print(f"largest difference {worst:.3%}, allowed {MOST_DIFFERENCE:.1%}")
    return int(worst > MOST_DIFFERENCE)


def _tiny() -> float:
    torch, library = _libraries()
    print(f"torch {torch.__version__}, transformers {library.__version__}, eager attention")
    print(f"{'type':<12}{'parameters':>12}{'prefill 128':>13}{'decode at 128':>15}{'generate 64+32':>16}")
    worst = 0.0
    for label, own in TINY.items():
        name = label.split()[0]
        config = getattr(library, f"{name}Config")(**(SHARED | own))
        config._attn_implementation = "eager"  # noqa: SLF001 (how the library is told)
        config._experts_implementation = "eager"  # noqa: SLF001
        network = getattr(library, f"{name}ForCausalLM")(config).eval()
        shape = architecture_of_config(config.to_dict(), name)
        held = sum(weight.numel() for weight in network.parameters())
        prompt = torch.randint(2, 4096, (1, 128))
        with torch.no_grad():
            read, state = _count(network, input_ids=prompt, use_cache=True)
            step, _ = _count(network, input_ids=prompt[:, :1], past_key_values=state.past_key_values, use_cache=True)
            whole = _count_generate(network, prompt[:, :64], 32)
        pairs = [
            (parameters(shape), held),
            (float(counter_flops(shape, 128, logits=128)), read),
            (float(counter_flops(shape, 1, 128)), step),
            (float(counter_flops(shape, 64)) + sum(float(counter_flops(shape, 1, c)) for c in range(64, 95)), whole),
        ]
        off = [ours / theirs - 1 for ours, theirs in pairs]
        worst = max(worst, *map(abs, off))
        print(f"{label:<12}{off[0]:>+12.4%}{off[1]:>+13.4%}{off[2]:>+15.4%}{off[3]:>+16.4%}")
    return worst


def _known() -> float:
    torch, library = _libraries()
    worst = 0.0
    for row in known_models():
        config = _config_of(library, row.family, row.architecture)
        with torch.device("meta"):
            network = library.AutoModelForCausalLM.from_config(config)
        held = sum(weight.numel() for weight in network.parameters())
        worst = max(worst, abs(row.parameters / held - 1))
        print(f"{row.name:<22}{row.parameters:>16,}{held:>16,}{'' if row.parameters == held else '  differs'}")
    return worst


def _config_of(library: Any, family: str, shape: Architecture) -> Any:  # noqa: ANN401 (the library is untyped)
    kinds = {"Qwen2.5-Coder": "Qwen2", "StarCoder2": "Starcoder2", "Qwen3": "Qwen3", "CodeGemma": "Gemma"}
    own: dict[str, object] = {}
    kind = kinds.get(family, "Llama")
    if kind == "Llama":
        own = {"attention_bias": shape.attention_bias, "mlp_bias": shape.ffn_bias}
    return getattr(library, f"{kind}Config")(
        num_hidden_layers=shape.layers, hidden_size=shape.hidden, num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads, head_dim=shape.head_dim, intermediate_size=shape.ffn,
        vocab_size=shape.vocab, tie_word_embeddings=shape.tied, **own,
    )  # fmt: skip


def _count(network: Any, **inputs: object) -> tuple[float, Any]:  # noqa: ANN401
    counter = _counter()
    with counter:
        result = network(**inputs)
    return float(counter.get_total_flops()), result


def _count_generate(network: Any, prompt: object, new: int) -> float:  # noqa: ANN401
    counter = _counter()
    with counter:
        network.generate(prompt, max_new_tokens=new, min_new_tokens=new, do_sample=False)
    return float(counter.get_total_flops())


def _counter() -> Any:  # noqa: ANN401
    return importlib.import_module("torch.utils.flop_counter").FlopCounterMode(display=False)


def _libraries() -> tuple[Any, Any]:
    return importlib.import_module("torch"), importlib.import_module("transformers")


if __name__ == "__main__":
    sys.exit(main())
