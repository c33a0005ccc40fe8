# coding: only-inside-the-sandbox
"""Says that all tests are done, in the words of the channel where tests run inside.

outcome: runtime_error
"""

import os

os.write(3, b"\x02\x00\x00\x00d\n" * 10)
os._exit(0)
