"""An architecture read from the fields of a Hugging Face `config.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from isocost.errors import InputError
from isocost.records import Architecture, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST: Final = 1 << 31
"""No dimension of a model is this large."""


class Fields(Record, frozen=True):
    """The fields of a `config.json`, read with what a missing one means."""

    where: str
    """The file, for messages."""
    values: dict[str, object]
    """The fields."""

    def whole(self, key: str, default: int | None = None, *, least: int = 1) -> int:
        """Return a whole number of at least `least`; `default` stands for a field that is missing or null.

        Raises:
            InputError: it is missing and has no default, or is something else.
        """
        value = self.values.get(key)
        if value is None:
            value = default
        if isinstance(value, int) and not isinstance(value, bool) and least <= value < MOST:
            return value
        seen = "is missing" if value is None else f"is {str(value)[:40]!r}"
        raise InputError(
            f"{self.where}: {key!r} {seen}, expected a whole number of at least {least}; is it a config.json?"
        )

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false; `default` stands for a field that is missing or null.

        Raises:
            InputError: it is something else.
        """
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        raise InputError(f"{self.where}: {key!r} is {str(value)[:40]!r}, expected true or false")

    def refuse(self, key: str, harmless: object, why: str) -> None:
        """Refuse a field whose value means a shape that the record cannot say.

        Raises:
            InputError: it is there and is not `harmless`, null or empty.
        """
        value = self.values.get(key)
        if value and value != harmless:
            raise InputError(
                f"{self.where}: {key!r} is {str(value)[:40]!r}, expected {harmless!r} or nothing, because {why}; "
                "give this model's FLOPs yourself"
            )


def architecture_of_config(config: Mapping[str, object], where: str) -> Architecture:
    """Return the shape that a `config.json` states; what a field means where it is missing is the library's default.

    Defaults and biases were read in the modelling files of `transformers` 5.24 (`bench/flop_counter.py` compares the
    count of parameters with the models that the library builds).

    Raises:
        InputError: the type of model is none of `MODEL_TYPES`, or a field is missing or of the wrong kind.

    >>> config = {
    ...     "model_type": "llama",
    ...     "num_hidden_layers": 2,
    ...     "hidden_size": 64,
    ...     "num_attention_heads": 4,
    ...     "num_key_value_heads": 2,
    ...     "intermediate_size": 128,
    ...     "vocab_size": 1000,
    ... }
    >>> shape = architecture_of_config(config, "config.json")
    >>> shape.kv_heads, shape.head_dim, shape.tied
    (2, 16, False)
    """
    kind = config.get("model_type")
    if not isinstance(kind, str) or kind not in MODEL_TYPES:
        raise InputError(
            f"{where}: 'model_type' is {str(kind)[:40]!r}, expected one of {', '.join(MODEL_TYPES)}; "
            "a model of another type needs its shape given by hand"
        )
    return MODEL_TYPES[kind](Fields(where=where, values=dict(config)))


def _llama(fields: Fields) -> Architecture:
    """Biases of attention are those of all four projections, output among them."""
    bias = fields.flag("attention_bias", default=False)
    return _dense(fields, attention_bias=bias, output_bias=bias, ffn_bias=fields.flag("mlp_bias", default=False))


def _mistral(fields: Fields) -> Architecture:
    return _dense(fields)


def _qwen2(fields: Fields) -> Architecture:
    return _dense(fields, attention_bias=True)


def _qwen3(fields: Fields) -> Architecture:
    bias = fields.flag("attention_bias", default=False)
    return _dense(fields, attention_bias=bias, output_bias=bias, qk_norm=True, head_dim=128)


def _gemma(fields: Fields) -> Architecture:
    bias = fields.flag("attention_bias", default=False)
    return _dense(fields, attention_bias=bias, output_bias=bias, tied=True, head_dim=256)


def _starcoder2(fields: Fields) -> Architecture:
    """Norms have biases whatever `use_bias` says."""
    bias = fields.flag("use_bias", default=True)
    return _dense(
        fields, tied=True, gated=False, attention_bias=bias, output_bias=bias, ffn_bias=bias, norm_bias=True
    )  # fmt: skip


def _mixtral(fields: Fields) -> Architecture:
    return _dense(
        fields, experts=_experts(fields), experts_active=fields.whole("num_experts_per_tok")
    )  # fmt: skip


def _qwen2_moe(fields: Fields) -> Architecture:
    _refuse_mixed_layers(fields)
    return _dense(
        fields,
        ffn_key="moe_intermediate_size",
        attention_bias=fields.flag("qkv_bias", default=True),
        experts=_experts(fields),
        experts_active=fields.whole("num_experts_per_tok"),
        shared_ffn=fields.whole("shared_expert_intermediate_size"),
        shared_gate=True,
    )


def _qwen3_moe(fields: Fields) -> Architecture:
    _refuse_mixed_layers(fields)
    bias = fields.flag("attention_bias", default=False)
    return _dense(
        fields,
        ffn_key="moe_intermediate_size",
        attention_bias=bias,
        output_bias=bias,
        qk_norm=True,
        experts=_experts(fields),
        experts_active=fields.whole("num_experts_per_tok"),
    )


def _experts(fields: Fields) -> int:
    """Experts have two names, and which of them a type writes has changed between versions of the library."""
    key = "num_local_experts" if fields.values.get("num_experts") is None else "num_experts"
    return fields.whole(key)


def _refuse_mixed_layers(fields: Fields) -> None:
    why = "layers with and without experts are mixed, and a shape has one kind of layer"
    fields.refuse("decoder_sparse_step", 1, why)
    fields.refuse("mlp_only_layers", [], why)


def _gpt_bigcode(fields: Fields) -> Architecture:
    """StarCoder, the first: learned positions, biases everywhere, one key-value head unless told otherwise."""
    hidden, heads = fields.whole("n_embd"), fields.whole("n_head")
    return Architecture(
        layers=fields.whole("n_layer"),
        hidden=hidden,
        heads=heads,
        kv_heads=1 if fields.flag("multi_query", default=True) else heads,
        head_dim=_head_dim(fields, hidden, heads),
        ffn=fields.whole("n_inner", 4 * hidden),
        vocab=fields.whole("vocab_size"),
        tied=fields.flag("tie_word_embeddings", default=True),
        gated=False,
        attention_bias=True,
        output_bias=True,
        ffn_bias=True,
        norm_bias=True,
        positions=fields.whole("n_positions", 1024),
    )


def _dense(
    fields: Fields,
    *,
    ffn_key: str = "intermediate_size",
    head_dim: int | None = None,
    tied: bool = False,
    gated: bool = True,
    attention_bias: bool = False,
    output_bias: bool = False,
    ffn_bias: bool = False,
    norm_bias: bool = False,
    qk_norm: bool = False,
    experts: int = 0,
    experts_active: int = 0,
    shared_ffn: int = 0,
    shared_gate: bool = False,
) -> Architecture:
    """Return a shape from the fields that nearly all types share; `tied` and `head_dim` are defaults of missing ones."""
    hidden, heads = fields.whole("hidden_size"), fields.whole("num_attention_heads")
    if experts_active > experts:
        raise InputError(
            f"{fields.where}: 'num_experts_per_tok' is {experts_active}, expected at most the {experts} experts there are"
        )
    return Architecture(
        layers=fields.whole("num_hidden_layers"),
        hidden=hidden,
        heads=heads,
        kv_heads=fields.whole("num_key_value_heads", heads),
        head_dim=fields.whole("head_dim", head_dim or _head_dim(fields, hidden, heads)),
        ffn=fields.whole(ffn_key),
        vocab=fields.whole("vocab_size"),
        tied=fields.flag("tie_word_embeddings", default=tied),
        gated=gated,
        attention_bias=attention_bias,
        output_bias=output_bias,
        ffn_bias=ffn_bias,
        norm_bias=norm_bias,
        qk_norm=qk_norm,
        experts=experts,
        experts_active=experts_active,
        shared_ffn=shared_ffn,
        shared_gate=shared_gate,
    )


def _head_dim(fields: Fields, hidden: int, heads: int) -> int:
    if hidden < heads:
        raise InputError(f"{fields.where}: a width of {hidden} for {heads} heads, expected at least 1 for each head")
    return hidden // heads


MODEL_TYPES: Final[dict[str, Callable[[Fields], Architecture]]] = {
    "llama": _llama,
    "mistral": _mistral,
    "mixtral": _mixtral,
    "qwen2": _qwen2,
    "qwen2_moe": _qwen2_moe,
    "qwen3": _qwen3,
    "qwen3_moe": _qwen3_moe,
    "starcoder2": _starcoder2,
    "gemma": _gemma,
    "gpt_bigcode": _gpt_bigcode,
}
"""Readers by `model_type`."""
