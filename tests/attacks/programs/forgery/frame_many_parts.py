# coding: only-inside-the-sandbox
"""Sends sixteen megabytes that become as many objects as text can make.

outcome: wrong_answer | runtime_error | time_limit | output_limit
"""

import os

body = b"v\n[" + b'{"t":[]},' * 1_800_000 + b"3]"
data = memoryview(len(body).to_bytes(4, "little") + body)
while data:
    data = data[os.write(3, data) :]
os._exit(0)
