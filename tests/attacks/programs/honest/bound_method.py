# coding: only-inside-the-sandbox
"""Has a bound method for its function.

outcome: passed
"""

class Solution:
    def add(self, a: int, b: int) -> int:
        return a + b


add = Solution().add
