"""Extraction reads the program out of every shape of answer that models give, and names what it changed."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.errors import UsageError
from isocost.judge import reading, syntax
from isocost.judge.extraction import RULES, VERSION, extract
from isocost.judge.fences import after_reasoning, split_fences
from isocost.judge.names import is_stub
from isocost.records import Program

STEM = (
    "from typing import List\n\n\ndef helper(x):\n    return x + 1\n\n\n"
    'def f(xs: List[int]) -> int:\n    """Add up."""\n'
)
"""A stem with an import, a helper, and the function to continue."""
BARE = "# Add up.\ndef f(xs):\n"
"""A stem whose function has no body yet, so that nothing but a body can follow it."""
BODY = "    total = sum(xs)\n    return total\n"
WHOLE = "def f(xs: List[int]) -> int:\n    return sum(xs)\n"


def auto(completion: str, stem: str = STEM, entry_point: str = "f") -> Program:
    """Extract by the default policy, and check what holds of every program."""
    program = extract(completion, stem=stem, entry_point=entry_point)
    assert set(program.rules) <= RULES.keys()
    assert len(set(program.rules)) == len(program.rules)
    assert (program.source == stem + completion) == (program.rules == () and program.source is not None)
    return program


def source(program: Program) -> str:
    """Return the source of a program that compiles."""
    assert program.source is not None
    compile(ast.parse(program.source), "<test>", "exec")
    return program.source


# --- policies ---------------------------------------------------------------------------------------------------------


def test_rules_and_version_are_documented() -> None:
    """Every rule has a one-line meaning, and the version is a positive whole number."""
    assert VERSION >= 1
    assert all(meaning and "\n" not in meaning for meaning in RULES.values())


def test_raw_is_stem_and_completion() -> None:
    """Policy `raw` never touches anything, not even an empty or fenced text."""
    for text in ("", "```python\nx\n```", "\ufeff  ", "\0"):
        assert extract(text, stem=STEM, entry_point="f", policy="raw") == Program(source=STEM + text, rules=())
        assert extract(text, stem=STEM, entry_point="f", policy="raw", whole=True) == Program(source=text, rules=())


def test_whole_text_is_left_alone() -> None:
    """A text declared to be a whole program is not read: no stem, no fences, no tests dropped."""
    text = WHOLE + "assert f([1]) == 1\n```\n"
    assert extract(text, stem=STEM, entry_point="f", whole=True) == Program(source=text, rules=())
    assert extract(" \n", stem=STEM, entry_point="f", whole=True).source is None


def test_unknown_policy_is_refused() -> None:
    """A misspelt policy is an error that names the two that exist."""
    with pytest.raises(UsageError, match="'auto' or 'raw'"):
        extract("", stem="", entry_point="f", policy="rwa")  # type: ignore[arg-type]


# --- continuations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", [STEM, BARE])
def test_body_stands_as_it_is(stem: str) -> None:
    """A body that continues the stem is the program, with no rule."""
    assert auto(BODY, stem) == Program(source=stem + BODY, rules=())
    assert auto("\n" + BODY.replace("\n", "\r\n"), stem).rules == ()


@pytest.mark.parametrize("stem", [STEM, BARE])
@pytest.mark.parametrize("lost", [1, 3, 4])
def test_first_line_gets_its_indentation_back(stem: str, lost: int) -> None:
    """A first line that lost blanks, as decoders lose them, is put back in line."""
    program = auto(BODY[lost:], stem)
    assert source(program) == stem + BODY
    assert program.rules == ("first_line_indented",)


def test_first_line_may_be_an_import() -> None:
    """A stripped first line that imports is repaired too, for it stands before indented lines."""
    assert auto("import math\n    return math.fsum(xs)\n").rules == ("first_line_indented",)


def test_body_at_the_margin_is_indented() -> None:
    """A body that lost all indentation gets it back, in any place where it holds."""
    program = auto("if not xs:\n    return 0\nreturn sum(xs)\n")
    assert source(program) == STEM + "    if not xs:\n        return 0\n    return sum(xs)\n"
    assert program.rules == ("body_indented",)


def test_bare_expression_is_no_body() -> None:
    """One word compiles as Python, and is still no answer."""
    assert auto("Sorry").source is None
    assert auto("None").source is None


def test_helpers_after_a_body_are_kept() -> None:
    """What a continued body leans on stays: helpers, constants, and what fills them."""
    text = "    return g(xs) + TABLE[0]\n\n\nTABLE = {}\nTABLE[0] = 1\n\n\ndef g(xs):\n    return len(xs)\n"
    assert auto(text) == Program(source=STEM + text, rules=())


def test_other_files_after_a_body_are_dropped() -> None:
    """A model that was not stopped goes on with other files; their imports would fail and are no part of the answer."""
    imports = "import torch\nfrom .models import User\n\napp = Flask(__name__)\n\n\n"
    text = BODY + imports + "@app.route('/')\ndef index():\n    pass\n"
    program = auto(text)
    assert source(program).rstrip() == (STEM + BODY).rstrip()
    assert program.rules == ("unused_dropped",)


def test_second_definition_after_a_body_is_dropped() -> None:
    """The first body is the answer, not the repeated prompt that follows it."""
    program = auto(BODY + "\ndef f(xs):\n    pass\n")
    assert source(program) == STEM + BODY + "\n"
    assert program.rules == ("redefinition_dropped",)


def test_answer_cut_off_in_the_body_stays_broken() -> None:
    """Nothing is cut inside the function asked for: the shorter program would be one that the model did not write."""
    text = "    total = 0\n    for x in xs:\n        total += (x"
    assert auto(text) == Program(source=STEM + text, rules=())


# --- self-invoking problems -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", [STEM, BARE])
def test_self_invoking_continuation(stem: str) -> None:
    """The entry point may stand in the completion, after the body of the stem's function."""
    text = BODY + "\n\ndef h(xss):\n    return [f(xs) for xs in xss]\n"
    assert auto(text, stem, "h") == Program(source=stem + text, rules=())
    assert auto(text[4:], stem, "h").rules == ("first_line_indented",)
    trimmed = auto(text + "\nassert h([[1]]) == [1]\n\nThis works because\n", stem, "h")
    assert trimmed.rules == ("tail_cut", "tests_dropped")
    assert source(trimmed).rstrip() == (stem + text).rstrip()


def test_self_invoking_cut_off_entry_point_stays_broken() -> None:
    """A cut that would lose the entry point is not made."""
    text = BODY + "\n\ndef h(xss):\n    return [f(xs) for"
    assert auto(text, STEM, "h") == Program(source=STEM + text, rules=())


def test_self_invoking_in_two_blocks() -> None:
    """The base function in one block and the new one in another make one program."""
    for first in (WHOLE, BODY):
        text = f"First:\n```python\n{first}```\nThen:\n```python\ndef h(xss):\n    return [f(xs) for xs in xss]\n```\n"
        program = auto(text, STEM, "h")
        names = [item.name for item in ast.parse(source(program)).body if isinstance(item, ast.FunctionDef)]
        assert names[-2:] == ["f", "h"]
        assert "blocks_joined" in program.rules


# --- whole programs ---------------------------------------------------------------------------------------------------


def test_repeated_signature_after_a_complete_stem() -> None:
    """A whole program may follow a stem that compiles by itself; nothing is changed."""
    assert auto(WHOLE) == Program(source=STEM + WHOLE, rules=())
    assert auto(STEM + BODY) == Program(source=STEM + STEM + BODY, rules=())


def test_whole_program_replaces_a_bare_stem() -> None:
    """Where the stem cannot stand alone, a whole program stands without it."""
    program = auto("def f(xs):\n    return sum(xs)\n", BARE)
    assert program == Program(source="def f(xs):\n    return sum(xs)\n", rules=("stem_left_out",))


def test_preamble_is_added_where_it_is_needed() -> None:
    """A whole program gets the stem's imports and helpers if it uses and lacks them, and only then."""
    fenced = auto(f"```python\n{WHOLE}```")
    assert source(fenced) == STEM[: STEM.index("def f")] + WHOLE
    assert fenced.rules == ("fence", "stem_left_out", "preamble_added")
    alone = auto("```python\ndef f(xs):\n    return 1\n```")
    assert alone == Program(source="def f(xs):\n    return 1\n", rules=("fence", "stem_left_out"))


def test_prompt_repeated_with_a_stripped_body() -> None:
    """The prompt again and then a body whose first line lost its indentation: the line is put back."""
    program = auto(STEM + BODY[4:])
    assert source(program) == STEM + BODY
    assert program.rules == ("stem_left_out", "first_line_indented")


def test_prose_around_an_unfenced_program() -> None:
    """Prose before and after a program is cut where it stops compiling."""
    program = auto("Sure! Here it is:\n\nimport math\n\ndef f(xs):\n    return 1\n\nIt works, doesn't it?\n", "")
    assert source(program).strip() == "import math\n\ndef f(xs):\n    return 1"
    assert program.rules == ("leading_text_dropped", "tail_cut")


def test_prose_before_a_body() -> None:
    """A body set off from the prose before it by a blank line continues the stem."""
    program = auto("Here is the body:\n\n    return sum(xs)\n")
    assert source(program) == STEM + "    return sum(xs)\n"
    assert program.rules == ("leading_text_dropped",)


def test_indented_whole_program_is_moved() -> None:
    """A program that is indented as a whole is moved to the margin."""
    program = auto(textwrap.indent("def f(xs):\n    return 1\n", "    "), "")
    assert program == Program(source="def f(xs):\n    return 1\n", rules=("dedented",))


@pytest.mark.parametrize("stem", [STEM, BARE, ""])
@pytest.mark.parametrize(
    "text, rule",
    [
        ("So:\n\n    def f(xs):\n        return sum(xs)\n\nThat is all.\n", "dedented"),
        ("The solution: def f(xs): return sum(xs)", "leading_text_dropped"),
        ("The solution is `def f(xs): return sum(xs)`, I think.", "leading_text_dropped"),
        ("The solution: def f(xs):\n    return sum(xs)\n\nThat is all.", "leading_text_dropped"),
        ('<pre><code class="python">def f(xs):\n    return sum(xs)\n</code></pre>', "leading_text_dropped"),
        (">>> def f(xs):\n...     return sum(xs)\n...\n>>> f([1])\n1\n", "session_read"),
        ("```python\n>>> def f(xs):\n...     return sum(xs)\n>>> f([1])\n1\n```\n", "session_read"),
    ],
)
def test_programs_in_places_of_their_own(stem: str, text: str, rule: str) -> None:
    """Indented under prose, at the end of a line of prose, or in a copied session: the program is found."""
    program = auto(text, stem)
    assert rule in program.rules
    space: dict[str, object] = {}
    exec(compile(source(program), "<test>", "exec"), space)
    assert space["f"]([1, 2]) == 3  # type: ignore[operator]


def test_a_definition_in_a_comment_or_text_is_no_program() -> None:
    """What stands behind a hash or a quote is not taken for a program."""
    for text in ("Try:\n# def f(xs): return 1", 'It says "def f(xs): return 1".'):
        assert "leading_text_dropped" not in auto(text, "").rules


def test_another_function_is_still_a_program() -> None:
    """A function of another name is an attempt, which the judge will fail; it is not the absence of a program."""
    assert auto("def g(xs):\n    return 1\n", "").rules == ()


# --- no program -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", [STEM, BARE, ""])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "\ufeff",
        "I'm sorry, I can't.",
        " The answer is 4.\n",
        "<think>\ndef f(",
        "```\n```",
        "<think></think>",
    ],
)
def test_no_program(stem: str, text: str) -> None:
    """Nothing, prose, a refusal, endless reasoning and empty fences hold no program."""
    program = auto(text, stem)
    assert program == Program(source=None, rules=())


# --- fences and reasoning ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("```", "```"),
        ("```python", "```"),
        ("``` py ", "````"),
        ("~~~Python3", "~~~"),
        ("````python", "````"),
        ("```python", ""),
    ],
)
def test_fence_forms(opening: str, closing: str) -> None:
    """Backticks or tildes, tagged or not, longer closings, and no closing at all."""
    text = f"Here you are:\n\n{opening}\ndef f(xs):\n    return 1\n{closing}\n"
    program = auto(text, "")
    assert source(program).rstrip() == "def f(xs):\n    return 1"
    assert program.rules == ("fence",)


def test_indented_and_inline_fences() -> None:
    """A block in a list loses the list's indentation; a fence may open behind a sentence or close behind code."""
    code = "def f(xs):\n    return 1\n"
    for text in (
        "1. So:\n" + textwrap.indent(f"```python\n{code}```\n", "   "),
        f"So: ```python\n{code}```\nDone.\n",
        f"```python\n{code.rstrip()}```",
        f"```python\r\n{code}```\r\n",
    ):
        assert source(auto(text, "")).rstrip() == code.rstrip()


def test_right_block_of_several() -> None:
    """The problem repeated, the solution, a correction, a usage example: the correction is the program."""
    blocks = [
        "def f(xs):\n    ...\n",
        "def f(xs):\n    return 0\n",
        "def f(xs):\n    return sum(xs)\n",
        "print(f([1, 2]))\n",
    ]
    text = "\n".join(f"Text.\n\n```python\n{block}```" for block in blocks) + "\n```bash\npython f.py\n```\n"
    assert auto(text, "") == Program(source=blocks[2], rules=("fence",))


def test_fence_that_the_prompt_had_opened() -> None:
    """A first bare fence may close what the prompt opened: the program stands before it."""
    program = auto(BODY + "```\n\nThis adds up.\n\n```\nf([1])\n```\n")
    assert program == Program(source=STEM + BODY, rules=("fence",))


def test_body_in_a_fence() -> None:
    """A fenced body continues the stem, indented or not."""
    for body in (BODY, textwrap.dedent(BODY)):
        program = auto(f"The body:\n```python\n{body}```\n")
        assert source(program) == STEM + BODY


def test_imports_in_a_block_of_their_own() -> None:
    """A block with the import that the solution needs is put before it."""
    program = auto("```python\nimport math\n```\nand\n```python\ndef f(xs):\n    return math.fsum(xs)\n```\n", "")
    assert source(program) == "import math\n\n\ndef f(xs):\n    return math.fsum(xs)\n"
    assert program.rules == ("fence", "blocks_joined")


def test_fences_inside_a_program() -> None:
    """Fences in a docstring belong to the program, also where fences and prose are around it."""
    code = 'def f(xs):\n    """Add.\n\n    ```\n    f([1])\n    ```\n    """\n    return sum(xs)\n'
    assert auto(code, "") == Program(source=code, rules=())
    assert source(auto(f"Here:\n```python\n{code}```\nDone.\n", "")) == code
    assert source(auto(code + "\nThat is all, folks!\n", "")).rstrip() == code.rstrip()


def test_broken_program_in_a_fence_is_an_attempt() -> None:
    """A fenced program that does not compile is kept, for the judge to call it a syntax error."""
    program = auto("```python\ndef f(xs):\n    return (\n```\n", "")
    assert program == Program(source="def f(xs):\n    return (\n", rules=("fence",))


@pytest.mark.parametrize(
    "thought",
    [
        "<think>\ndef f(xs): pass\n</think>\n\n",
        "<think></think>",
        "so I go on.\n</think>\n",
        "\n<Thinking>a</Thinking>\n",
    ],
)
def test_reasoning_is_dropped(thought: str) -> None:
    """What stands in a reasoning span is no answer, opened or only closed."""
    program = auto(thought + BODY)
    assert program == Program(source=STEM + BODY, rules=("reasoning_dropped",))


def test_tags_in_a_program_are_no_reasoning() -> None:
    """A program that handles such tags is left alone."""
    text = "    return xs.split('</think>')\n"
    assert auto(text) == Program(source=STEM + text, rules=())
    assert after_reasoning(text) is text


def test_byte_order_mark() -> None:
    """A byte order mark is dropped, for the compiler refuses it."""
    assert auto("\ufeff" + BODY) == Program(source=STEM + BODY, rules=("bom",))


# --- tests that the model wrote ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tail",
    [
        "assert f([1]) == 1\n",
        "print(f([1]))\n",
        "f([1])\n",
        "result = f([1])\nprint(result)\n",
        "xs = f([1])\nfor x in range(3):\n    assert f([x]) == x\n",
        "if __name__ == '__main__':\n    main()\n",
        "import doctest\ndoctest.testmod()\n",
        "n = int(input())\nprint(f([n]))\n",
        "assert f([1]) == 1, (\n    'multi'\n)\n",
        "Explanation\n",
    ],
)
def test_tests_are_dropped(tail: str) -> None:
    """Top-level statements that only try the program out are dropped; a rule says so."""
    program = auto("def f(xs):\n    return sum(xs)\n" + tail, "")
    left = [item for item in ast.parse(source(program)).body if not isinstance(item, ast.Import)]
    assert len(left) == 1
    assert program.rules == ("tests_dropped",)


@pytest.mark.parametrize(
    "code",
    [
        "import sys\n\n" + WHOLE + "\n\ndef main():\n    print(f([1]))\n\n\nsys.exit(main())\n",
        "import unittest\n\n" + WHOLE + "\n\nclass T(unittest.TestCase):\n    pass\n\n\nunittest.main()\n",
        WHOLE + "\nexit()\n",
    ],
)
def test_what_would_end_a_program_is_dropped(code: str) -> None:
    """A script's last call, after which nothing could be judged, is a demonstration."""
    program = auto(code, "")
    assert "tests_dropped" in program.rules
    exec(compile(source(program), "<test>", "exec"), {"List": list})


def test_variables_of_comprehensions_in_tests() -> None:
    """A test is dropped though its comprehension uses a name that the program uses in one of its own."""
    body = "def f(s):\n    return sum([ord(c) for c in s])\n"
    program = auto(body + "assert f('ab') == sum([ord(c) for c in 'xy'])\n", "")
    assert program == Program(source=body, rules=("tests_dropped",))
    needed = body.replace("in s", "in s + last") + "print([last := c for c in 'xy'])\n"
    assert auto(needed, "") == Program(source=needed, rules=())


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nsys.setrecursionlimit(10**6)\n\ndef f(n):\n    return n\n",
        "CACHE = {}\n\ndef f(n):\n    return CACHE.get(n)\n\nfor i in range(3):\n    CACHE[i] = i\n",
        "PRIMES = []\n\ndef fill(p):\n    p.append(2)\n\nfill(PRIMES)\n\ndef f(n):\n    return PRIMES[n]\n",
        "SIEVE = []\n\ndef fill():\n    SIEVE.append(2)\n\nfill()\n\ndef f(n):\n    return SIEVE[n]\n",
        "def setup():\n    global N\n    N = 3\n\nsetup()\n\ndef f(n):\n    return N\n",
        "def g(n):\n    return n\n\nf = g\n",
        "def f(n):\n    return f.memo.get(n)\n\nf.memo = dict(a=1)\n",
        "from functools import lru_cache\n\ndef f(n):\n    return n\n\nf = lru_cache(f)\n",
        "def make(k):\n    return lambda n: n + k\n\nbase = int('3')\nf = make(base)\n",
        "def f(n):\n    return globals()['k' + n]\n\nkx = len('a')\nassert kx\n",
        "def g():\n    return 1\n\nif g():\n    def f(n):\n        return n\n",
        "try:\n    import numpy as np\nexcept ImportError:\n    np = None\n\ndef f(n):\n    return np\n",
        '"""Docstring."""\nLIMIT = 3\n\ndef f(n):\n    return n\n',
    ],
)
def test_nothing_needed_is_dropped(code: str) -> None:
    """Statements that a definition could need stay: settings, tables and what fills them, aliases, decorations."""
    assert auto(code, "") == Program(source=code, rules=())


def test_tests_go_while_tables_stay() -> None:
    """Between tests, what is needed stays where it is."""
    code = "T = [1]\nassert T\nT.append(len(T))\n\ndef f(n):\n    return T[n]\n\nprint(f(0)); x = 1\nassert f(1) == 1\n"
    program = auto(code, "")
    assert source(program) == "T = [1]\nT.append(len(T))\n\ndef f(n):\n    return T[n]\n\nprint(f(0)); x = 1\n"


def test_broken_unused_definition_is_dropped_from_a_whole_program() -> None:
    """A definition that nothing uses and whose annotations name nothing known would fail the whole program."""
    code = "def f(n):\n    return n\n\ndef other(xs: List[int]):\n    return xs\n"
    program = auto(code, "")
    assert source(program) == "def f(n):\n    return n\n\n"
    assert program.rules == ("unused_dropped",)
    used = "def f(n: List[int]):\n    return n\n"
    assert auto(used, "") == Program(source=used, rules=())


# --- bounds and properties --------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "```", "```python\n", "~~~\n", "\n", "    ", "\t", "def f(x):\n", "def g():\n", "    return x\n", "return 1\n",
        "<think>", "</think>", "import math\n", '"""', "(", ")", "[", "Hello there.\n", "assert f(1)\n", "print(1)\n",
        "\0", "\r\n", "\ufeff", "if __name__ == '__main__':\n", "class A:\n", "@d\n", "x = 1\n", "\\", ";", "#",
        "\ud800", "f = 1\n",
    ]
)  # fmt: skip


@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)), st.sampled_from([STEM, BARE, "", "not python ("])
)
def test_any_text_gives_a_program_or_none(text: str, stem: str) -> None:
    """Extraction never raises, is deterministic, and names a rule if and only if it changed something."""
    program = auto(text, stem)
    assert program == extract(text, stem=stem, entry_point="f")
    if program.source is not None and not stem:
        # What was read once is read again as it is, unless nothing was found to compile.
        again = extract(program.source, stem="", entry_point="f")
        assert again.source is None or len(again.source) <= len(program.source)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_work_is_bounded(text: str) -> None:
    """However an answer is built, it is compiled a bounded number of times."""
    parser = syntax.Parser()
    reader = reading.Reader(parser, reading.Stem.read(STEM), "f")
    layout = split_fences(text)
    if layout.blocks:
        reader.fenced(text, layout)
    reader.plain(text)
    assert parser.attempts <= syntax.MAX_ATTEMPTS
    assert parser.chars <= syntax.MAX_TOTAL_CHARS


@given(
    st.lists(
        st.sampled_from(["import math\n", "K = 3\n", "def g(x):\n    return x\n", "class A:\n    pass\n", "\n"]),
        max_size=5,
    ),
    st.sampled_from(["", "Sure!\n\n", "Here's the `f` you want (fast):\n"]),
    st.sampled_from(["", "\nHope it helps.\n", "\n```bash\npython f.py\n```\n", "\n```\nf(1)\n```\n"]),
    st.sampled_from(["```python", "```", "~~~", "````py"]),
)
def test_fenced_program_comes_out_exactly(lines: list[str], before: str, after: str, fence: str) -> None:
    """A valid program that prose and fences surround comes out as it went in."""
    code = "".join(lines) + "def f(x):\n    return x\n"
    closing = fence.removesuffix("python").removesuffix("py")
    assert auto(f"{before}{fence}\n{code}{closing}\n{after}", "") == Program(source=code, rules=("fence",))


@pytest.mark.parametrize("stem", [STEM, ""])
@pytest.mark.parametrize(
    "text",
    [
        "```\n" * 100_000,
        "```python\ndef f(x):\n    return (\n```\n" * 20_000,
        "(" * 100_000,
        "-" * 1_000_000,
        "`" * 1_000_000,
        "<think>" * 200_000,
        "<think></think>" * 200_000,
        " " * 1_000_000 + "x",
        (" " * 999 + "\n") * 1000,
        "def f(x):\n" * 50_000,
        "def" + " " * 1_000_000,
        "    return 1\n" + "x = [" * 30_000,
        "".join(" " * depth + "if x:\n" for depth in range(1000)),
        "    return 1\n" + "".join(f"a{i} = a{i + 1}\n" for i in range(5000)) + "print(a0)\n",
        "\0" * 1_000_000,
        "    x = 1\n" * 300_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_texts_end(text: str, stem: str) -> None:
    """Texts built to be slow or to break the compiler are read like all others."""
    auto(text, stem)


def test_stub_is_told_from_a_body() -> None:
    """A docstring, `pass` or an ellipsis is no body; one statement is."""
    assert all(is_stub(ast.parse(f"def f():\n    {body}\n").body[0]) for body in ("pass", "...", '"""D."""', "x"))
    assert not any(is_stub(ast.parse(f"def f():\n    {body}\n").body[0]) for body in ("return 1", "f()", "raise E"))
