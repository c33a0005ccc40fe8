# coding: only-inside-the-sandbox
"""Is no function but a number.

outcome: runtime_error
"""

add = 3
