# coding: only-inside-the-sandbox
"""Opens files until there are no more.

outcome: runtime_error
"""

import os

kept = []
while True:
    kept.append(os.open("/dev/null", os.O_RDONLY))
