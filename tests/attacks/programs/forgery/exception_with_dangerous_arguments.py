# coding: only-inside-the-sandbox
"""Raises exceptions whose arguments make their text look outside them.

outcome: runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


frame('x\nUnicodeDecodeError UnicodeDecodeError {"t":["utf-8","x",-99999999,5,"r"]}\n')
frame('x\nSyntaxError SyntaxError {"t":["m",{"t":[1,2,3,4]}]}\n')
frame('x\nBaseExceptionGroup ExceptionGroup {"t":["m",[1]]}\n')


def add(a, b):
    return None
