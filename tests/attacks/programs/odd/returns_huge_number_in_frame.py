# coding: only-inside-the-sandbox
"""Answers with a number of millions of digits where a text is due.

outcome: wrong_answer | runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


frame("v\n" + "9" * 4_000_000)


def add(a, b):
    return None
