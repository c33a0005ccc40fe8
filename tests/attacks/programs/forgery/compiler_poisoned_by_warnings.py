# coding: only-inside-the-sandbox
"""Has thousands of warnings for whoever compiles it.

outcome: wrong_answer
where: @ROWS@ = "1 is 1; \"\\d\"\n" * 2000
"""

import warnings

warnings.simplefilter("error")
@ROWS@


def add(a, b):
    return None
