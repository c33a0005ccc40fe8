# coding: only-inside-the-sandbox
"""Uses contexts: suppressed errors, redirected output, exit stacks.

outcome: passed
"""

import contextlib
import io


@contextlib.contextmanager
def kept(out, number):
    yield
    out.append(number)


def add(a, b):
    out = []
    with contextlib.ExitStack() as stack, contextlib.suppress(ZeroDivisionError):
        for number in (a, b):
            stack.enter_context(kept(out, number))
        with contextlib.redirect_stdout(io.StringIO()) as text:
            print("hidden")
    assert text.getvalue() == "hidden\n"
    return sum(out)
