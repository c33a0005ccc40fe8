"""Sessions: reads what was typed out of a copied interactive session, as in `>>> def f(x):` and `...     return x`."""

from __future__ import annotations

import re

__all__ = ["typed"]

_TYPED = re.compile(r"^[ \t]*+(>>>|\.\.\.)(?: ([^\r\n]*+)|[ \t]*+)\r?$", re.MULTILINE)


def typed(text: str) -> str | None:
    r"""Return the lines after prompts, without them and without what was printed; None where the text has no prompts.

    >>> typed(">>> def f(x):\n...     return x\n>>> f(1)\n1\n")
    'def f(x):\n    return x\nf(1)\n'

    """
    lines = [match[2] or "" for match in _TYPED.finditer(text)]
    return "".join(f"{line}\n" for line in lines) if lines else None
