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
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from isocost.cost.architectures import neutral
from isocost.cost.devices import plain
from isocost.errors import InputError
from isocost.records import Record

MOST_BYTES: Final = 1 << 22
"""A price table is some kilobytes; this is far above any."""


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
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise InputError(f"{path}: more than {MOST_BYTES} bytes, expected a price table of some kilobytes")
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{path}: cannot be read ({reason}); expected a price table in TOML") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is no UTF-8; expected a price table in TOML") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: no TOML: {' '.join(str(error).split())[:160]}; expected a price table") from None
    return _Table(str(path), text).read(table)


class _Table:
    """A table being checked: each fault with the line that it stands in."""

    def __init__(self, where: str, text: str) -> None:
        self.where = where
        self.lines = text.splitlines()

    def read(self, table: Mapping[str, object]) -> PriceTable:
        self._known(table, {"date", "source", "models", "devices"}, ())
        models = {
            name: TokenPrice(
                input=self._price(row, "input", place), output=self._price(row, "output", place),
                cached=self._price(row, "cached", place) if "cached" in row else None,
            )
            for name, row, place in self._rows(table, "models", {"input", "cached", "output"})
        }  # fmt: skip
        devices = {name: self._price(row, "hour", place) for name, row, place in self._rows(table, "devices", {"hour"})}
        if not models and not devices:
            raise InputError(f'{self.where}: no prices, expected a table [models."NAME"] or [devices."NAME"]')
        self._unambiguous(models)
        return PriceTable(date=self._date(table), source=self._source(table), models=models, devices=devices)

    def _rows(
        self, table: Mapping[str, object], part: str, fields: set[str]
    ) -> list[tuple[str, Mapping[str, object], tuple[str, ...]]]:
        rows = table.get(part, {})
        if not isinstance(rows, Mapping):
            raise self._fault((part,), rows, f'tables [{part}."NAME"]')
        found: list[tuple[str, Mapping[str, object], tuple[str, ...]]] = []
        for name, row in rows.items():
            if not isinstance(row, Mapping):
                raise self._fault((part, name), row, f'a table [{part}."{name}"] with {", ".join(sorted(fields))}')
            self._known(row, fields, (part, name))
            found.append((name, row, (part, name)))
        return found

    def _known(self, row: Mapping[str, object], fields: set[str], place: tuple[str, ...]) -> None:
        for key in row:
            if key not in fields:
                raise InputError(
                    f"{self._line((*place, key))}: unknown field {'.'.join((*place, key))[:120]!r}, "
                    f"expected one of {', '.join(sorted(fields))}"
                )

    def _price(self, row: Mapping[str, object], key: str, place: tuple[str, ...]) -> float:
        value = row.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
            return float(value)
        unit = "dollars for an hour" if key == "hour" else "dollars per million tokens"
        raise self._fault((*place, key), value, f"{unit}, a number of at least 0")

    def _date(self, table: Mapping[str, object]) -> str:
        value = table.get("date")
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value.isoformat()
        try:
            return dt.date.fromisoformat(value if isinstance(value, str) else "").isoformat()
        except ValueError:
            raise self._fault(("date",), value, 'the day the prices were read, as "2026-01-31"') from None

    def _source(self, table: Mapping[str, object]) -> str:
        value = table.get("source")
        if isinstance(value, str) and value.strip():
            return value
        raise self._fault(("source",), value, "a text that says where the prices were read")

    def _unambiguous(self, models: Mapping[str, TokenPrice]) -> None:
        seen: dict[tuple[str, str | None], str] = {}
        for name in models:
            key = neutral(name)
            if key in seen:
                raise InputError(
                    f"{self._line(('models', name))}: {name!r} is the same model as {seen[key]!r}, expected one price each"
                )
            seen[key] = name

    def _fault(self, place: tuple[str, ...], value: object, expected: str) -> InputError:
        seen = "missing" if value is None else repr(value)[:60]
        return InputError(f"{self._line(place)}: {'.'.join(place)[:120]!r} is {seen}, expected {expected}")

    def _line(self, place: tuple[str, ...]) -> str:
        """File and line of a field, or of the table that lacks it; the file alone where neither can be found."""
        section: tuple[str, ...] = ()
        best = None
        for number, line in enumerate(self.lines, 1):
            header = re.match(r"\s*\[+\s*(.*?)\s*\]+\s*(#.*)?$", line)
            if header:
                section = _keys(header.group(1))
                full = section
                if section == place[:-1]:
                    best = number
            else:
                full = (*section, *_keys(line.split("=", 1)[0])) if "=" in line else ()
            if full and full[: len(place)] == place:
                return f"{self.where}:{number}"
        return self.where if best is None else f"{self.where}:{best}"


def _keys(dotted: str) -> tuple[str, ...]:
    """Split a dotted TOML key into its parts, quotes taken off."""
    parts = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^\s.\"']+)", dotted)
    return tuple("".join(part) for part in parts)
