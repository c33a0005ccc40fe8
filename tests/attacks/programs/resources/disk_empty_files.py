# coding: only-inside-the-sandbox
"""Makes empty files until no name is left.

outcome: runtime_error | output_limit | time_limit
"""

import itertools
import os

for number in itertools.count():
    os.close(os.open(f"empty{number}", os.O_CREAT))
