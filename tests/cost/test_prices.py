"""Price tables: what they hold, and each fault with its line, field, value and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from isocost.cost.prices import read_prices
from isocost.errors import InputError

HEAD = 'date = "2026-01-31"\nsource = "an invented page"\n'
GOOD = (
    HEAD
    + """
[models."Qwen2.5-Coder-7B-Instruct"]  # invented
input = 0.2
cached = 0.05
output = 1

[models.small]
input = 0
output = 0

[devices."H100-SXM"]
hour = 2.5
"""
)


def test_a_table_holds_prices_with_their_day_and_source(tmp_path: Path) -> None:
    """A model is found by the names people write, and its own kind comes first; what is absent is None, not 0."""
    table = read_prices(_file(tmp_path, GOOD))
    assert (table.date, table.source) == ("2026-01-31", "an invented page")
    price = table.of_model("Qwen2.5-Coder-7B", "instruct")
    assert price is not None
    assert (price.input, price.cached, price.output) == (0.2, 0.05, 1.0)
    assert table.of_model("qwen/qwen2.5-coder-7b-instruct") == price
    assert table.of_model("Qwen2.5-Coder-7B", "base") is None
    small = table.of_model("Small", "base")
    assert small is not None
    assert (small.input, small.cached) == (0, None)
    assert table.of_model("large") is None
    assert (table.of_device("h100 sxm"), table.of_device("A100-80GB")) == (2.5, None)


def test_a_date_may_be_a_toml_date(tmp_path: Path) -> None:
    """With quotes or without, it is the same day."""
    text = GOOD.replace('"2026-01-31"', "2026-01-31")
    assert read_prices(_file(tmp_path, text)).date == "2026-01-31"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "prices.toml: no prices, expected a table [models."),
        ("a = ", "prices.toml: no TOML: Invalid value (at"),
        (
            HEAD + "[models.x]\ninput = -1\noutput = 1",
            ":4: 'models.x.input' is -1, expected dollars per million tokens, a",
        ),
        (HEAD + "[models.x]\ninput = 1", ":3: 'models.x.output' is missing, expected dollars per million tokens"),
        (HEAD + '[models."x-1.5"]\ninput = "2"\noutput = 1', ":4: 'models.x-1.5.input' is '2', expected dollars"),
        (HEAD + "[models.x]\ninput = nan\noutput = 1", ":4: 'models.x.input' is nan, expected"),
        (HEAD + "[models.x]\ninput = inf\noutput = 1", ":4: 'models.x.input' is inf, expected"),
        (HEAD + "[models.x]\ninput = true\noutput = 1", ":4: 'models.x.input' is True, expected"),
        (
            HEAD + "[models.x]\ninput = 1\noutptu = 1",
            ":5: unknown field 'models.x.outptu'; did you mean 'output'? Expected one of cached, input",
        ),
        (HEAD + "[models]\nx = 3", ":4: 'models.x' is 3, expected a table [models.\"x\"] with cached, input, output"),
        (HEAD + "models = 3", ":3: 'models' is 3, expected tables [models."),
        (HEAD + "[devices.gpu]\nhour = []", ":4: 'devices.gpu.hour' is [], expected dollars for an hour, a number of"),
        (HEAD + "[price.gpu]\nhour = 1", ":3: unknown field 'price', expected one of date, devices, models, source"),
        (
            'source = "x"\n[devices.gpu]\nhour = 1',
            "prices.toml: 'date' is missing, expected the day the prices were read",
        ),
        (GOOD.replace("2026-01-31", "31 Jan"), ":1: 'date' is '31 Jan', expected the day"),
        (GOOD.replace("an invented page", " "), ":2: 'source' is ' ', expected a text"),
        (
            HEAD + "[models.X-Instruct]\ninput = 1\noutput = 1\n[models.x-it]\ninput = 1\noutput = 1",
            ":6: 'x-it' is the same model as 'X-Instruct', expected one price each",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    """Line, field, value, and what was expected, in one line."""
    assert says in _refused(_file(tmp_path, text))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A missing file, one that is no text, and one that is far too large."""
    assert "cannot be read (No such file" in _refused(tmp_path / "prices.toml")
    (tmp_path / "bytes.toml").write_bytes(b"a = '\xff'")
    assert "byte 5 is no UTF-8" in _refused(tmp_path / "bytes.toml")
    with (tmp_path / "huge.toml").open("wb") as file:
        file.truncate(1 << 30)
    assert "more than 4194304 bytes" in _refused(tmp_path / "huge.toml")


def _file(folder: Path, text: str) -> Path:
    path = folder / "prices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_prices(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)
