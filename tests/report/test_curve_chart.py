"""The chart of isocost curves: drawn without a network, whole, and refused in one line where it cannot be."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from isocost.errors import UsageError
from isocost.report.curve_chart import write_chart
from isocost.study.answering.result import Result
from isocost.study.published.study import published_study


@pytest.fixture(scope="module")
def result() -> Result:
    """The published study's main ladder."""
    return published_study(draws=100).ladders[0]


def test_a_vector_image_names_every_model_and_asks_for_nothing(result: Result, tmp_path: Path) -> None:
    """The SVG is well formed, has each model in its legend and a panel for each rung, and links to nowhere."""
    write_chart(result, tmp_path / "made" / "curves.svg")
    text = (tmp_path / "made" / "curves.svg").read_text(encoding="utf-8")
    ET.fromstring(text)
    for words in (
        *(model.name for model in result.models),
        "rung 0, single",
        "rung 1, single",
        "budget for each problem",
    ):
        assert words in text
    assert "href=" not in text.replace('xlink:href="#', "")


@pytest.mark.parametrize(("name", "start"), [("c.png", b"\x89PNG"), ("c.html", b"<!DOCTYPE html>")])
def test_other_formats_by_the_ending(result: Result, tmp_path: Path, name: str, start: bytes) -> None:
    """PNG, and an HTML page with everything in it."""
    write_chart(result, tmp_path / name)
    content = (tmp_path / name).read_bytes()
    assert content.startswith(start)
    assert b'src="http' not in content


def test_what_cannot_be_drawn(result: Result, tmp_path: Path) -> None:
    """Another ending, or a result without costs."""
    with pytest.raises(UsageError, match="svg, png, html"):
        write_chart(result, tmp_path / "curves.gif")
    with pytest.raises(UsageError, match="no curves"):
        write_chart(msgspec.structs.replace(result, curves=()), tmp_path / "curves.svg")
    assert not list(tmp_path.iterdir())
