# coding: only-inside-the-sandbox
"""Has marks in a comment and a string that turn the reading direction.

outcome: passed
where: @RLO@ = "\u202e"
"""

# @RLO@ return 7
def add(a, b):
    text = "@RLO@"
    return a + b if text else 7
