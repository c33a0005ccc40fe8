# coding: only-inside-the-sandbox
"""Answers from the destructors of everything that goes at the end.

outcome: wrong_answer | runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


class Last:
    def __del__(self):
        frame("v\n42")


keep = [Last()]


def add(a, b):
    keep.clear()
    keep.append(Last())
