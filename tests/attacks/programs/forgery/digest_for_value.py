# coding: only-inside-the-sandbox
"""Answers with the digest of the right value instead of the value.

outcome: wrong_answer
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


from _blake2 import blake2b

for number in (3, 0, 42):
    frame('v\n{"h":"%s"}' % blake2b(str(number).encode(), digest_size=32).hexdigest())


def add(a, b):
    return None
