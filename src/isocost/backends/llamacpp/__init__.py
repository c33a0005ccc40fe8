"""GGUF files served by llama.cpp (`xllamacpp`) in a process of its own. Door: `backend.LlamaCppBackend`.

`weights` finds the file and says what it needs, `server` starts and stops the process, `serving` is what runs in it.
"""

from isocost.backends.llamacpp.backend import LlamaCppBackend

__all__ = ["LlamaCppBackend"]
