"""Hugging Face models in this process, by `transformers` and torch. Door: `backend.TransformersBackend`.

`batches` says which requests go together and what a row's times are (plain numbers); `generating` computes one batch.
"""

from isocost.backends.transformers.backend import TransformersBackend

__all__ = ["TransformersBackend"]
