# coding: only-inside-the-sandbox
"""Answers with the letter of uncarriable values and nothing, or odd truths.

outcome: wrong_answer | runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


frame("u\n")
frame("u\n\n\n")
frame("u\n7")


def add(a, b):
    return None
