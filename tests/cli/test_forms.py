"""Tables in Markdown and LaTeX: a page or a paper shows each cell as it is, whatever is in it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.cli.command import isocost
from tests.study.compared_runs import firsts, run_of

from isocost.cli.markup import latex_table, latex_text, markdown_table, markdown_text
from isocost.cli.output import Form, escaped, form_of
from isocost.errors import UsageError

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ODD = "\\|`*_{}[]()<>#+-.!~^$&%\"'=:/ \t"
LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp", "Cs")) | st.sampled_from(ODD)).map(
    lambda text: escaped(text).strip()
)
COMMANDS = re.compile(
    r"\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|textasciigrave|textquotesingle|char34"
    r"|ldots|textbullet)\{\}|\$([^$]*)\$|\{(\[|\])\}|\\([{}$&#%_])|(-)\{\}"
)
PLAIN = {
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textless": "<", "textgreater": ">",
    "textbar": "|", "textasciigrave": "`", "textquotesingle": "'", "char34": '"', "ldots": "…", "textbullet": "•",
}  # fmt: skip


class Texts(HTMLParser):
    """The text of each cell or paragraph of a page, and the tags that it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin the text of a cell."""
        del attrs
        self.tags.add(tag)
        if tag in {"td", "th", "p", "li"}:
            self.texts.append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in {"td", "th", "p", "li"}:
            self._inside = False

    def handle_data(self, data: str) -> None:
        """Add to it."""
        if self._inside:
            self.texts[-1] += data


def plain_of_latex(text: str) -> str:
    """What LaTeX sets of a text without signs of formulas; no special character may be left in it."""
    rest = COMMANDS.sub("", text)
    assert not set(rest) & set("\\{}$&#%_~^[]<>|`'\""), rest
    return COMMANDS.sub(lambda hit: PLAIN.get(hit[1] or "", hit[1] or "") or hit[3] or hit[4] or hit[5] or "", text)


@given(st.lists(LINES, min_size=2, max_size=2))
def test_markdown_table_shows_every_cell_as_it_is(cells: list[str]) -> None:
    """Whatever two cells hold, a reader of Markdown sees a table of these cells and nothing else."""
    page = Texts(MARKDOWN.render("\n".join(markdown_table(["a", "b"], [cells], [1]))))
    assert page.texts == ["a", "b", *cells]
    assert page.tags <= {"table", "thead", "tbody", "tr", "th", "td"}


@given(LINES.filter(bool))
def test_markdown_paragraph_shows_the_line_as_it_is(line: str) -> None:
    """A line is one paragraph with that text: no heading, list, link, emphasis or HTML."""
    page = Texts(MARKDOWN.render(markdown_text(line)))
    assert (page.texts, page.tags) == ([line], {"p"})


@given(LINES.filter(lambda text: not re.search("[−–—×·→≤≥¼½αβγνρσΣ⁹]", text)))
def test_latex_shows_the_line_as_it_is(line: str) -> None:
    """No character of a line is left that LaTeX would take for a command, and each comes out as it was."""
    assert plain_of_latex(latex_text(line)) == line


@given(st.lists(st.lists(LINES, min_size=3, max_size=3), max_size=3))
def test_latex_rows_have_their_columns(rows: list[list[str]]) -> None:
    """Each row has as many cells as the head, and ends; no cell can end a row or begin an argument behind it."""
    lines = latex_table(["a", "b", "c"], rows, [2])
    assert re.fullmatch(r"\\begin\{tabular\}\{(l|r|p\{0\.\d\d\\linewidth\}){3}\}", lines[0])
    body = [line for line in lines if line.endswith(r" \\")]
    assert len(body) == 1 + len(rows)
    assert {len(re.findall(r"(?<!\\)&", line)) for line in body} == {2}
    assert not [line for line in body if line.startswith("[")]


def test_sentences_break_their_lines() -> None:
    """A column with a sentence in it gets a width, the others keep their own."""
    assert latex_table(["a", "b", "c"], [["x", "y" * 61, "1"]], [2])[0] == r"\begin{tabular}{lp{0.60\linewidth}r}"


def test_signs_of_formulas_are_commands() -> None:
    """Signs that pdflatex does not know are set as formulas."""
    assert latex_text("γ − 1 → N^0.9") == r"$\gamma$ $-$ 1 $\to$ N\textasciicircum{}0.9"


def test_two_forms_at_once_are_refused() -> None:
    """`--json` and another `--format` disagree; either alone, or both alike, is taken."""
    assert (form_of(None, json=False), form_of("latex", json=False)) == (Form.table, Form.latex)
    assert (form_of(None, json=True), form_of("json", json=True)) == (Form.json, Form.json)
    with pytest.raises(UsageError, match="--json and --format latex"):
        form_of("latex", json=True)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folders of two models whose names are markup."""
    folder = tmp_path_factory.mktemp("runs")
    for name, model, solved in (("small", r"1.5B|*x*_&%\end{tabular}", 60), ("large", "7B <b>", 100)):
        run_of(folder / name, model, firsts(solved, 164), tokens=lambda _problem, _draw: (100, 50))
    run_of(folder / "easy", r"1.5B|*x*_&%\end{tabular}", firsts(164, 164))
    return folder


@pytest.mark.parametrize(
    "words", [("show", "small"), ("compare", "large", "small"), ("analyse", "small", "large"), ("check", "easy")]
)
def test_each_reading_verb_writes_each_form(words: tuple[str, ...], runs: Path, tmp_path: Path) -> None:
    """Markdown has tables with the models' names as they are, LaTeX as many ends as beginnings, `--format json` is
    `--json`.
    """
    extra = ("--draws", "50", "--out", str(tmp_path / "r.json")) if words[0] == "analyse" else ()
    page = isocost(*words, *extra, "--format", "markdown", cwd=runs)
    assert page.code == 0, page.err
    read = Texts(MARKDOWN.render(page.out))
    assert "table" in read.tags
    assert not read.tags & {"em", "strong", "b", "code", "a", "h1", "h2"}
    assert any(r"1.5B|*x*_&%\end{tabular}" in text for text in read.texts)
    paper = isocost(*words, *extra, "--format", "latex", cwd=runs).out
    assert paper.count(r"\begin{") == paper.count(r"\end{") > 0
    assert r"1.5B\textbar{}*x*\_\&\%\textbackslash{}end\{tabular\}" in paper
    as_json = [isocost(*words, *extra, *word, cwd=runs).document for word in (("--json",), ("--format", "json"))]
    assert _timeless(as_json[0]) == _timeless(as_json[1])
    both = isocost(*words, *extra, "--json", "--format", "latex", cwd=runs)
    assert (both.code, "two forms" in both.complaint) == (2, True)


def _timeless(document: dict[str, object]) -> str:
    return json.dumps({name: value for name, value in document.items() if name != "created"})


def test_sample_as_a_page(judged: Path) -> None:
    """A completion stands in a block of code in Markdown, and is set letter by letter in LaTeX."""
    page = MARKDOWN.render(isocost("show", "run", "--problem", "Steps/0", "--format", "markdown", cwd=judged).out)
    assert page.count("<pre><code>") == 4
    assert "```python" in page
    paper = isocost("show", "run", "--problem", "Steps/0", "--format", "latex", cwd=judged).out
    assert r"\textasciigrave{}\textasciigrave{}\textasciigrave{}python\mbox{}\\" in paper
