"""One model by transformers in a process of its own: `python -m isocost.study.profiling.torch_child`, used by `torch_engine`.

Decoding is our own loop over the library's static cache. On a GPU one step is captured as a CUDA graph and replayed:
launched one kernel at a time, a step at batch 1 takes as long as its hundreds of launches, whatever the size of the model.
Times on a GPU are of its own events; the loop never waits for the GPU in between.

It reads one line of JSON (what to load), answers with one (what it found), then one for each trial.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

_BATCH_SEED = 7919


class Loop:
    """A model with a static cache for one batch size, its decode step captured where there is a GPU."""

    def __init__(self, model: Any, *, batch: int, prompt: int, new: int, graphs: bool) -> None:  # noqa: ANN401
        """Set the cache up, and capture a step."""
        import torch
        from transformers import StaticCache

        self.torch, self.model = torch, model
        self.batch, self.prompt, self.new = batch, prompt, new
        self.device = next(model.parameters()).device
        self.cache = StaticCache(config=model.config, max_cache_len=prompt + new)
        self.token = torch.zeros((batch, 1), dtype=torch.long, device=self.device)
        self.graph: Any = None
        self.why_no_graph = None if self.device.type == "cuda" else "no GPU"
        self.run(self._prompt(0))  # fills the cache once, so that its tensors are where they will be
        if self.device.type == "cuda" and graphs:
            self._capture()

    def run(self, prompt: Any) -> tuple[float, float]:  # noqa: ANN401
        """Read the prompts and write all tokens; give seconds to the first token, and of the steps after it."""
        marks = [self._mark()]
        self.cache.reset()
        out = self.model(input_ids=prompt, **self._cached(), logits_to_keep=1)
        self.token.copy_(out.logits[:, -1:].argmax(dim=-1))
        marks.append(self._mark())
        for _ in range(self.new - 1):
            if self.graph is not None:
                self.graph.replay()
            else:
                self._step()
        marks.append(self._mark())
        return self._between(marks[0], marks[1]), self._between(marks[1], marks[2])

    def trial(self, seed: int) -> tuple[float, float]:
        """Seconds to the first token, and of the steps after it, for random prompts."""
        return self.run(self._prompt(seed))

    def _prompt(self, seed: int) -> Any:  # noqa: ANN401
        drawn = self.torch.Generator().manual_seed(abs(seed) * _BATCH_SEED + self.batch)
        size = (self.batch, self.prompt)
        return self.torch.randint(300, self.model.config.vocab_size, size, generator=drawn).to(self.device)

    def _step(self) -> None:
        out = self.model(input_ids=self.token, **self._cached())
        self.token.copy_(out.logits[:, -1:].argmax(dim=-1))

    def _cached(self) -> dict[str, Any]:
        return {_cache_argument(self.model): self.cache, "use_cache": True}

    def _capture(self) -> None:
        torch = self.torch
        try:
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                self.cache.reset()
                for _ in range(3):
                    self._step()
            torch.cuda.current_stream().wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                self._step()
        except RuntimeError as error:
            torch.cuda.synchronize()
            self.why_no_graph = f"this model's step cannot be captured: {str(error).splitlines()[0][:160]}"
            return
        self.graph = graph

    def _mark(self) -> Any:  # noqa: ANN401
        if self.device.type != "cuda":
            return time.perf_counter()
        event = self.torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def _between(self, before: Any, after: Any) -> float:  # noqa: ANN401
        if self.device.type != "cuda":
            return float(after - before)
        after.synchronize()
        return float(before.elapsed_time(after)) / 1e3


def random_model(shape: dict[str, Any], kind: str, *, device: str, dtype: Any) -> Any:  # noqa: ANN401
    """A model of this shape with random weights, made on the device; `kind` is llama.cpp's name of its architecture."""
    import torch
    import transformers

    name = {"qwen2": "Qwen2", "llama": "Llama", "starcoder2": "Starcoder2", "qwen3": "Qwen3"}[kind]
    own: dict[str, Any] = {}
    if name == "Llama":
        own = {"attention_bias": shape["attention_bias"], "mlp_bias": shape["ffn_bias"]}
    config = getattr(transformers, f"{name}Config")(
        num_hidden_layers=shape["layers"], hidden_size=shape["hidden"], num_attention_heads=shape["heads"],
        num_key_value_heads=shape["kv_heads"], head_dim=shape["head_dim"], intermediate_size=shape["ffn"],
        vocab_size=shape["vocab"], tie_word_embeddings=shape["tied"], max_position_embeddings=32768, **own,
    )  # fmt: skip
    with torch.device(device):
        return transformers.AutoModelForCausalLM.from_config(config, dtype=dtype)


def main() -> None:
    """Load, and answer until stdin ends."""
    asked = json.loads(sys.stdin.readline())
    import torch
    import transformers

    warnings.simplefilter("ignore")
    transformers.utils.logging.set_verbosity_error()
    torch.set_grad_enabled(False)
    torch.manual_seed(0)
    device = asked["device"]
    if device == "cpu":
        torch.set_num_threads(asked["threads"])
    dtype = getattr(torch, {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}[asked["dtype"]])
    if asked["path"] is None:
        model = random_model(asked["shape"], asked["kind"], device=device, dtype=dtype)
    else:
        model = transformers.AutoModelForCausalLM.from_pretrained(asked["path"], dtype=dtype).to(device)
    model.eval()
    loops = {
        batch: Loop(model, batch=batch, prompt=asked["prompt"], new=asked["new"], graphs=asked["graphs"])
        for batch in asked["batches"]
    }
    on_gpu = device != "cpu"
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    first = next(iter(loops.values()))
    _say({
        "torch": torch.__version__, "transformers": transformers.__version__,
        "device": torch.cuda.get_device_name() if on_gpu else "cpu",
        "graph": first.graph is not None, "why_no_graph": first.why_no_graph,
    })  # fmt: skip
    for line in sys.stdin:
        told = json.loads(line)
        if "batch" not in told:
            _say({"allocated": torch.cuda.max_memory_allocated() if on_gpu else None})
            continue
        started = time.perf_counter()
        ttft, steps = loops[told["batch"]].trial(told["seed"])
        _say({"ttft": ttft, "steps": steps, "seconds": time.perf_counter() - started})


def _cache_argument(model: Any) -> str:  # noqa: ANN401
    """Name of the argument that takes the cache: another one since transformers 5.24."""
    import inspect

    return "cache" if "cache" in inspect.signature(type(model).forward).parameters else "past_key_values"


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
