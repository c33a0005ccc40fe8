"""What runs in llama.cpp's process: nothing but the standard library and `xllamacpp`, so that memory is the model's alone.

It says on stdout, one JSON object a line, which devices it has; then reads its settings, one JSON object, from stdin; then
says where it listens, or what went wrong. Stdin is held open by the process that started it: when it ends, however it ends,
this one ends too.
"""

import json
import os
import sys
import threading
from typing import Any

_TELLING = os.dup(1)
"""What was stdout: only messages go there."""


def main() -> None:
    """Serve until stdin ends."""
    os.dup2(2, 1)  # what the engine prints to stdout, as when it aborts, belongs to its log
    try:
        import xllamacpp
    except ImportError as error:
        _say({"missing": str(error)})
        return
    devices = [
        {
            "name": device["name"],
            "description": device["description"],
            "free": device["memory_free"],
            "gpu": device["type"].name.endswith("GPU"),
        }
        for device in xllamacpp.get_device_info()
    ]
    _say({"devices": devices, "version": xllamacpp.__version__})
    settings = json.loads(sys.stdin.readline() or "null")
    if settings is None:
        return
    watch = threading.Thread(target=_end_with_stdin, daemon=True)
    watch.start()
    try:
        server = xllamacpp.Server(_params(xllamacpp, settings))
    except Exception as error:  # noqa: BLE001 (whatever it is, the log before it says why)
        _say({"failed": str(error)})
        sys.exit(1)
    _say({"url": server.listening_address})
    watch.join()


def _params(xllamacpp: Any, settings: dict[str, Any]) -> Any:  # noqa: ANN401 (a class of a package without types)
    params = xllamacpp.CommonParams()
    params.model.path = settings["path"]
    params.model_alias = {settings["alias"]}
    params.n_ctx = settings["context_tokens"] * settings["slots"]
    params.n_parallel = settings["slots"]
    params.n_threads_http = settings["slots"] + 2
    params.n_gpu_layers = settings["gpu_layers"]
    params.cpuparams.n_threads = settings["threads"]
    params.cpuparams_batch.n_threads = settings["threads"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.cors_origins = "http://127.0.0.1"  # by default, any page in a browser may ask
    params.endpoint_slots = False
    params.fit_params = False  # or the context shrinks in silence
    params.ctx_shift = False  # or a long answer forgets its prompt in silence
    if not settings["prompt_cache"]:
        params.cache_prompt = False
        params.cache_idle_slots = False
        params.cache_ram_mib = 0
        params.n_ctx_checkpoints = 0
    return params


def _say(message: dict[str, object]) -> None:
    os.write(_TELLING, json.dumps(message).encode() + b"\n")


def _end_with_stdin() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
