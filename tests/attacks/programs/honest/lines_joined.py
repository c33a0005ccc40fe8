# coding: only-inside-the-sandbox
"""Has semicolons, backslashes and odd layout.

outcome: passed
"""

import os; x = 1; \
  y = 2
if x: z = 3
class C: pass; a = 1
def add(a,
        b
  ): return (a
   + b)
