r"""Markdown and LaTeX: texts and tables that a page or a paper takes as they stand, whatever somebody's text holds.

Markdown is that of GitHub. LaTeX needs no package: signs that pdflatex does not know by itself are written as commands;
letters of other scripts stay as they are, for engines that read Unicode.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARKDOWN = re.compile(r"[\\`*\[\]~|$]|(?<![^\W_])_|_(?![^\W_])")
_OPENING = re.compile(r"^(#+|[-+]|\d+[.)])(?=\s|$)|^=+$|^-+$")  # what would make a line a heading, an item or a rule
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", "`": r"\textasciigrave{}", "'": r"\textquotesingle{}", '"': r"\char34{}",
    "[": "{[}", "]": "{]}", "–": "--", "—": "---", "−": "$-$", "×": r"$\times$", "·": r"$\cdot$",
    "→": r"$\to$", "≤": r"$\leq$", "≥": r"$\geq$", "…": r"\ldots{}", "•": r"\textbullet{}", "¼": r"$\frac14$",
    "½": r"$\frac12$", "α": r"$\alpha$", "β": r"$\beta$", "γ": r"$\gamma$", "ν": r"$\nu$", "ρ": r"$\rho$",
    "σ": r"$\sigma$", "Σ": r"$\Sigma$", "⁹": r"$^9$",
}  # fmt: skip
# `[` opens an argument behind `\\`; hyphens in a row would join; babel makes `"` a command in some languages.
_SENTENCE = 60
"""Characters from which a column of LaTeX breaks its lines."""
_OF_WIDTH = 0.6
"""Share of the page's width that such columns take together."""
_LATEX_SIGN = re.compile(f"-(?=-)|[{re.escape(''.join(_LATEX))}]")


def markdown_text(text: str) -> str:
    r"""One line of text that Markdown shows as it is.

    >>> print(markdown_text("a|b *c* wrong_answer <d>"))
    a\|b \*c\* wrong_answer &lt;d&gt;
    """
    plain = _MARKDOWN.sub(lambda found: f"\\{found[0]}", text)
    plain = "".join(_ENTITIES.get(char, char) for char in plain)
    return _OPENING.sub(lambda found: "".join(f"&#{ord(char)};" for char in found[0]), plain)


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    r"""Lines of a table; cells are on one line each already.

    >>> print(*markdown_table(["model", "solved"], [["a|b", "33.5% [26.8, 41.1]"]], [1]), sep="\n")
    | model | solved |
    |---|---:|
    | a\|b | 33.5% \[26.8, 41.1\] |
    """
    rule = "|".join("---:" if column in right else "---" for column in range(len(header)))
    lines = [" | ".join(markdown_text(cell) for cell in row) for row in (header, *rows)]
    return [f"| {lines[0]} |", f"|{rule}|", *(f"| {line} |" for line in lines[1:])]


def latex_text(text: str) -> str:
    r"""One line of text that LaTeX sets as it is.

    >>> print(latex_text("wrong_answer 5% --limit"))
    wrong\_answer 5\% -{}-limit
    """
    return _LATEX_SIGN.sub(lambda found: _LATEX.get(found[0], "-{}"), text)


def latex_table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    r"""Lines of a `tabular`; columns with sentences break their lines, and take their share of the page's width.

    >>> print(*latex_table(["model", "solved"], [["a_b", "50%"]], [1]), sep="\n")
    \begin{tabular}{lr}
    \hline
    model & solved \\
    \hline
    a\_b & 50\% \\
    \hline
    \end{tabular}
    """
    longest = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    wide = [column for column, length in enumerate(longest) if length > _SENTENCE]
    columns = "".join(
        rf"p{{{_OF_WIDTH / len(wide):.2f}\linewidth}}" if column in wide else "r" if column in right else "l"
        for column in range(len(header))
    )
    lines = [" & ".join(latex_text(cell) for cell in row) + r" \\" for row in (header, *rows)]
    body = [lines[0], r"\hline", *lines[1:], r"\hline"] if rows else [lines[0], r"\hline"]
    return [rf"\begin{{tabular}}{{{columns}}}", r"\hline", *body, r"\end{tabular}"]
