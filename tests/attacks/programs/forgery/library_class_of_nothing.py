# coding: only-inside-the-sandbox
"""Answers with objects of the library that cannot be.

outcome: runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


frame('v\n{"P":["Fraction",3,0]}')
frame('v\n{"P":["Counter",1]}')
frame('v\n{"P":["eval","3"]}')


def add(a, b):
    return None
