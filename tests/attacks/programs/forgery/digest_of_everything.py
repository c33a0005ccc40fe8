# coding: only-inside-the-sandbox
"""Answers with an empty digest and with one of no hexadecimal digits.

outcome: wrong_answer | runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


frame('v\n{"h":""}')
frame('v\n{"h":"zz"}')


def add(a, b):
    return None
