# coding: only-inside-the-sandbox
"""Has a static method of a class for its function.

outcome: passed
"""

class Solution:
    @staticmethod
    def add(a, b):
        return a + b


add = Solution.add
