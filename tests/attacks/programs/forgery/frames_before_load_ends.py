# coding: only-inside-the-sandbox
"""Fills the channel with answers before it is even loaded, then leaves with success.

outcome: wrong_answer | runtime_error | time_limit
"""

import os

for number in [3, 0, 41] + list(range(1000)):
    body = b"v\n%d" % number
    for fd in range(3, 8):
        try:
            os.write(fd, len(body).to_bytes(4, "little") + body)
        except OSError:
            pass
os._exit(0)
