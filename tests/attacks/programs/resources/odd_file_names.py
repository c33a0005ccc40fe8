# coding: only-inside-the-sandbox
"""Makes files whose names are no text, start with a dash, or hold line breaks.

outcome: wrong_answer
"""

import os

for name in (b"\xff\xfe", b"-rf", b"a\nb", b" ", b"*", b"x" * 255, b"...", "é\u202e".encode()):
    os.close(os.open(name, os.O_CREAT))
    os.makedirs(name + b".d" if len(name) < 200 else b"long", exist_ok=True)



def add(a, b):
    return None
