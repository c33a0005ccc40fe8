# coding: only-inside-the-sandbox
"""Returns fifty megabytes in many shapes.

outcome: output_limit | memory_limit | wrong_answer | time_limit
"""

def add(a, b):
    return [b'x' * (25 << 20)] * 2 if a == 1 else {str(n): n for n in range(10**6)}
