"""Prices: a TOML table of dollars per million tokens of a model, or per hour of a device, checked field by field.

    date = "YYYY-MM-DD"          # when the prices were read
    source = "where they were read"

    [models."NAME"]              # as the model is called, with its kind or without
    input = 0.0                  # dollars per million prompt tokens
    cached = 0.0                 # per million prompt tokens from a cache; may be left out, they are then as dear as others
    output = 0.0                 # per million completion tokens

    [devices."NAME"]
    hour = 0.0                   # dollars for an hour of one device

isocost ships no prices: they change, and a price without its date and source is worth nothing.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path

from isocost.cost.architectures import neutral
from isocost.cost.devices import plain
from isocost.errors import InputError
from isocost.records import Record
from isocost.store.toml_file import TomlFile, read_toml


class TokenPrice(Record, frozen=True):
    """Dollars per million tokens."""

    input: float
    """Of prompt tokens."""
    output: float
    """Of completion tokens."""
    cached: float | None = None
    """Of prompt tokens that came from a cache; None where they are as dear as the others."""


class PriceTable(Record, frozen=True):
    """Prices with the day and the place they were read."""

    date: str
    """Day, ISO 8601."""
    source: str
    """Where they were read."""
    models: dict[str, TokenPrice]
    """Prices of tokens by the name of the model."""
    devices: dict[str, float]
    """Dollars for an hour of one device, by its name."""

    def of_model(self, name: str, kind: str | None = None) -> TokenPrice | None:
        """Return the price of a model's tokens; an entry that names the same kind comes before one that names none.

        None where the table has no price of it: an absent price is not 0.
        """
        key, told = neutral(name)
        kind = kind or told
        found = {neutral(entry): price for entry, price in self.models.items()}
        return found.get((key, kind), found.get((key, None)))

    def of_device(self, name: str) -> float | None:
        """Return the dollars for an hour of a device, its name compared as `device` does; None where there are none."""
        return {plain(entry): hour for entry, hour in self.devices.items()}.get(plain(name))


def read_prices(path: Path) -> PriceTable:
    """Read and check a price table.

    Raises:
        InputError: the file cannot be read, is no TOML, or a field is missing, unknown, or of the wrong kind; the text
            gives the line, the field, the value and what was expected.
    """
    return _prices(read_toml(path, "a price table"))


def _prices(file: TomlFile) -> PriceTable:
    file.known(file.table, {"date", "source", "models", "devices"})
    models = {
        name: TokenPrice(
            input=_price(file, row, "input", name), output=_price(file, row, "output", name),
            cached=_price(file, row, "cached", name) if "cached" in row else None,
        )
        for name, row in _rows(file, "models", {"input", "cached", "output"})
    }  # fmt: skip
    devices = {name: _price(file, row, "hour", name) for name, row in _rows(file, "devices", {"hour"})}
    if not models and not devices:
        raise InputError(f'{file.where}: no prices, expected a table [models."NAME"] or [devices."NAME"]')
    _require_one_each(file, models)
    return PriceTable(date=_date(file), source=_source(file), models=models, devices=devices)


def _rows(file: TomlFile, part: str, fields: set[str]) -> list[tuple[str, Mapping[str, object]]]:
    rows = file.table.get(part, {})
    if not isinstance(rows, Mapping):
        raise file.fault((part,), rows, f'tables [{part}."NAME"]')
    found: list[tuple[str, Mapping[str, object]]] = []
    for name, row in rows.items():
        if not isinstance(row, Mapping):
            raise file.fault((part, name), row, f'a table [{part}."{name}"] with {", ".join(sorted(fields))}')
        file.known(row, fields, (part, name))
        found.append((name, row))
    return found


def _price(file: TomlFile, row: Mapping[str, object], key: str, name: str) -> float:
    value = row.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
        return float(value)
    part, unit = ("devices", "for an hour") if key == "hour" else ("models", "per million tokens")
    raise file.fault((part, name, key), value, f"dollars {unit}, a number of at least 0")


def _date(file: TomlFile) -> str:
    value = file.table.get("date")
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    try:
        return dt.date.fromisoformat(value if isinstance(value, str) else "").isoformat()
    except ValueError:
        raise file.fault(("date",), value, 'the day the prices were read, as "2026-01-31"') from None


def _source(file: TomlFile) -> str:
    value = file.table.get("source")
    if isinstance(value, str) and value.strip():
        return value
    raise file.fault(("source",), value, "a text that says where the prices were read")


def _require_one_each(file: TomlFile, models: Mapping[str, TokenPrice]) -> None:
    seen: dict[tuple[str, str | None], str] = {}
    for name in models:
        key = neutral(name)
        if key in seen:
            raise InputError(
                f"{file.line(('models', name))}: {name!r} is the same model as {seen[key]!r}, expected one price each"
            )
        seen[key] = name
