# coding: only-inside-the-sandbox
"""Sends a set of numbers that all have one hash.

outcome: wrong_answer | runtime_error | time_limit
"""

import os

body = b'v\n{"s":[' + b",".join(b"%d" % (number * (2**61 - 1)) for number in range(1, 4)) + b"]}"
body = body[:-2] + b",".join([b"", *(b'{"i":"%x"}' % (n * (2**61 - 1)) for n in range(4, 60_000))]) + b"]}"
data = memoryview(len(body).to_bytes(4, "little") + body)
while data:
    data = data[os.write(3, data) :]
os._exit(0)
