"""A TOML file that a person wrote: read whole, turned into a record, and each mistake answered with the line it is in."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal, TypeVar, get_args, get_origin

import msgspec

from isocost.errors import InputError
from isocost.records import Record

MOST_BYTES: Final = 1 << 22
"""A file that a person writes is some kilobytes; this is far above any."""

R = TypeVar("R", bound=Record)
Place = tuple[str | int, ...]
"""Where in a file: keys of tables, and numbers of items from 0."""

_WORDS: Final = {
    "int": "a whole number", "float": "a number", "str": "a text", "bool": "true or false", "array": "a list",
    "object": "a table",
}  # fmt: skip
_COMPLAINT = re.compile(r"(?P<what>.*?)(?: - at `(?P<place>\$.*)`)?", re.DOTALL)
_PLACE = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<item>\d+)\]|\[\.\.\.\]")


class TomlFile:
    """A file that was read: `table` is what it says, `where` its name in messages."""

    def __init__(self, where: str, text: str, table: Mapping[str, object]) -> None:
        self.where = where
        self.table = table
        self._text = text
        self._lines = text.splitlines()

    @property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes, 64 hex digits."""
        return hashlib.sha256(self._text.encode("utf-8")).hexdigest()

    def record(self, type_: type[R]) -> R:
        """Turn the table into a record.

        Raises InputError for a field that is unknown (with the nearest name), missing, or of the wrong type; the text
        gives the line, the field, the value and what was expected.
        """
        self._known_fields(self.table, type_, ())
        try:
            return msgspec.convert(self.table, type_)
        except msgspec.ValidationError as error:
            raise self._translated(str(error), type_) from None

    def known(self, row: Mapping[str, object], fields: Collection[str], place: Place = ()) -> None:
        """Refuse a field of `row`, which stands at `place`, that is none of `fields`. Raises InputError."""
        for key in row:
            if key not in fields:
                near = difflib.get_close_matches(key, fields, n=1)
                meant = f"; did you mean {near[0]!r}? Expected" if near else ", expected"
                raise InputError(
                    f"{self.line((*place, key))}: unknown field {dotted((*place, key))[:120]!r}{meant} one of "
                    f"{', '.join(sorted(fields))}"
                )

    def fault(self, place: Place, value: object, expected: str) -> InputError:
        """Make the error for a field at `place` that has a wrong value; None is a field that is missing."""
        seen = "missing" if value is None else repr(value)[:60]
        return InputError(f"{self.line(place)}: {dotted(place)[:120]!r} is {seen}, expected {expected}")

    def line(self, place: Place) -> str:
        """File and line of a field, or of the table that lacks it; the file alone where neither can be found."""
        keys = tuple(key for key in place if isinstance(key, str))
        wanted = next((part for part in place if isinstance(part, int)), 0)
        section: tuple[str, ...] = ()
        best = None
        items = 0
        for number, line in enumerate(self._lines, 1):
            header = re.match(r"\s*(\[+)\s*(.*?)\s*\]+\s*(#.*)?$", line)
            if header:
                section = _keys(header.group(2))
                full = section
                if header.group(1) == "[[" and section == keys[: len(section)]:
                    items += 1
                    if items <= wanted:
                        section = full = ("", *section)  # an earlier item of the list: its fields are not meant
                        continue
                if section == keys[:-1]:
                    best = number
            else:
                full = (*section, *_keys(line.split("=", 1)[0])) if "=" in line else ()
            if full and full[: len(keys)] == keys:
                return f"{self.where}:{number}"
        return self.where if best is None else f"{self.where}:{best}"

    def _known_fields(self, row: Mapping[str, object], type_: type[Record], place: Place) -> None:
        self.known(row, type_.__struct_fields__, place)
        for field in msgspec.structs.fields(type_):
            inner = next((kind for kind in (field.type, *_inner(field.type)) if _is_record(kind)), None)
            value = row.get(field.name)
            if inner is None or value is None:
                continue
            items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for number, item in items:
                if isinstance(item, Mapping):
                    at = (*place, field.name) if number is None else (*place, field.name, number)
                    self._known_fields(item, inner, at)

    def _translated(self, complaint: str, type_: type[Record]) -> InputError:
        """Say what msgspec says in our words: the line, the field, the value, what was expected."""
        found = _COMPLAINT.fullmatch(complaint)
        what, told = (found["what"], found["place"] or "$") if found else (complaint, "$")
        place: Place = tuple(
            int(part["item"]) if part["item"] else part["key"]
            for part in _PLACE.finditer(told)
            if part["item"] or part["key"]
        )
        missing = re.fullmatch(r"Object missing required field `(.+)`", what)
        if missing:
            return self.fault((*place, missing[1]), None, "it to be given")
        value: object = self.table
        for key in place:
            if isinstance(value, Mapping):
                value = value.get(str(key))
            elif isinstance(value, list) and isinstance(key, int):
                value = value[key]
        return self.fault(place, value, _expected(what, _choices(type_, place), value))


def read_toml(path: Path, what: str) -> TomlFile:
    """Read a file of TOML; `what` says what it should be, as `a price table`.

    Raises InputError, in one line, where it cannot be read, is too long, no UTF-8 or no TOML.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise InputError(f"{path}: more than {MOST_BYTES} bytes, expected {what} of some kilobytes")
        text = data.decode("utf-8")
        return TomlFile(str(path), text, tomllib.loads(text))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{path}: cannot be read ({reason}); expected {what} in TOML") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is no UTF-8; expected {what} in TOML") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: no TOML: {' '.join(str(error).split())[:160]}; expected {what}") from None


def dotted(place: Place) -> str:
    """Name of a place, as a person would write it.

    >>> dotted(("model", 0, "kind"))
    'model[0].kind'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def _expected(what: str, choices: tuple[str, ...], value: object) -> str:
    """Say in words what msgspec wanted."""
    if choices:
        near = difflib.get_close_matches(str(value), choices, n=1)
        return f"one of {', '.join(choices)}" + (f"; did you mean {near[0]!r}?" if near else "")
    types = re.sub(r", got .*", "", what.removeprefix("Expected ")).replace("`", "").split(" | ")
    return " or ".join(_WORDS.get(name, name) for name in types if name != "null")


def _choices(type_: type[Record], place: Place) -> tuple[str, ...]:
    """The words that a field of a record may be, where they are few."""
    kinds: tuple[object, ...] = (type_,)
    for key in place:
        if isinstance(key, str):
            records = [kind for kind in kinds if _is_record(kind)]
            found = [field for record in records for field in msgspec.structs.fields(record) if field.name == key]  # type: ignore[arg-type]
            kinds = tuple(part for field in found for part in (field.type, *_inner(field.type)))
    enums = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, StrEnum)]
    words = [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
    return tuple(dict.fromkeys([*(str(one.value) for enum in enums for one in enum), *map(str, words)]))


def _inner(kind: object) -> tuple[object, ...]:
    """Types inside a union or a tuple, down to the last."""
    found: list[object] = []
    for part in get_args(kind):
        found += [part, *_inner(part)]
    return tuple(found)


def _is_record(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Record)


def _keys(written: str) -> tuple[str, ...]:
    """Split a dotted TOML key into its parts, quotes taken off."""
    parts = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^\s.\"']+)", written)
    return tuple("".join(part) for part in parts)
