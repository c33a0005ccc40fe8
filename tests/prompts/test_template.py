"""Prompt templates: those that ship, and files that users write."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

import pytest

from isocost.errors import InputError, UsageError
from isocost.prompts.template import FOR_KIND, MOST_STOPS, load_template, template_names
from isocost.records import PromptForm

GOOD = 'name = "mine"\nform = "chat"\ntext = "Solve $prompt"\n'


@pytest.mark.parametrize("name", template_names())
def test_those_that_ship_are_sound(name: str) -> None:
    """Each is called as its file is, says its source, and is hashed byte by byte."""
    template = load_template(name)
    data = resources.files("isocost").joinpath("data", "prompts", f"{name}.toml").read_bytes()
    assert template.name == name
    assert template.source
    assert template.sha256 == hashlib.sha256(data).hexdigest()
    assert template.max_tokens is not None
    assert all(len(part.stop) <= MOST_STOPS for part in template.parts.values())


def test_each_kind_of_model_has_its_template() -> None:
    """Instruct models are asked in a conversation, base models go on with a text; both kinds have a one-shot template."""
    assert load_template(FOR_KIND["instruct"]).form is PromptForm.chat
    assert load_template(FOR_KIND["base"]).form is PromptForm.completion
    assert load_template("one-shot").form is PromptForm.chat
    assert load_template("one-shot-completion").form is PromptForm.completion


def test_thinking_has_room() -> None:
    """The chain-of-thought template opens no code block itself, and allows longer answers than the plain one."""
    cot, chat = load_template("cot"), load_template("chat")
    assert (cot.max_tokens or 0) > (chat.max_tokens or 0)
    assert all(not part.text.rstrip().endswith("```python") for part in cot.parts.values())
    assert not any(part.stop for part in cot.parts.values())


def test_a_user_writes_a_file(tmp_path: Path) -> None:
    """A file with a name, a form and a text is a template."""
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + 'system = "You are terse."\n[self_invoking]\ntext = "$stem then $new"\nstop = ["END"]\n')
    template = load_template(str(path))
    assert (template.name, template.system) == ("mine", "You are terse.")
    assert template.parts["self_invoking"].stop == ("END",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("chat", "talk"), "'form' is 'talk', expected \"chat\" or \"completion\""),
        (GOOD.replace('"chat"', '["chat"]'), "'form' is ['chat'], expected \"chat\" or \"completion\""),
        (GOOD.replace("$prompt", "$promt"), "'text' is '$promt', expected $prompt, $stem, $new, $entry_point"),
        (GOOD.replace("$prompt", "it"), "'text' is 'Solve it', expected a text with $prompt in it, or $new"),
        (GOOD.replace("$prompt", "$prompt for 5 $"), "expected placeholders such as $prompt; a dollar sign is written $$"),
        (GOOD.replace('name = "mine"\n', ""), "'name' is missing, expected a short text"),
        (GOOD + "max_tokens = 0\n", "'max_tokens' is 0, expected a whole number of tokens, at least 1"),
        (GOOD + "max_token = 1\n", "unknown field 'max_token'; did you mean 'max_tokens'? Expected one of"),
        (GOOD + 'stop = "END"\n', "'stop' is 'END', expected a list of texts"),
        (GOOD + 'stop = ["a", "b", "c", "d", "e"]\n', "expected 4 texts at most"),
        (GOOD + "[stated]\n", "'stated.text' is missing, expected a text"),
        (GOOD + '[stated]\ntext = "$new"\nend = 1\n', "unknown field 'stated.end', expected one of stop, text"),
        ('name = "x"\nform = "completion"\ntext = "$prompt"\nsystem = "y"\n', "only a \"chat\" has a system's turn"),
        ('name = "x"\nform = "chat"\n', "'text' is missing, expected a text with $prompt in it"),
        ("name = ", "no TOML: Invalid value"),
        ('name = "\x00"', "no TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    """File, field, value, and what was expected."""
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_template(str(path))
    assert told in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_what_is_no_template(tmp_path: Path) -> None:
    """Unknown names get the nearest one, and a file that is not there, is no text or is a folder is told in one line."""
    with pytest.raises(UsageError, match=r"'chatt'; did you mean chat\?"):
        load_template("chatt")
    with pytest.raises(InputError, match=r"none.toml: cannot be read \(No such file or directory\)"):
        load_template(str(tmp_path / "none.toml"))
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory\)"):
        load_template(f"{tmp_path}/")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
    with pytest.raises(InputError, match="byte 8 is no UTF-8"):
        load_template(str(tmp_path / "latin.toml"))
