# coding: only-inside-the-sandbox
"""Solves it in a class, tested by itself under a main block.

outcome: passed
"""

import unittest


class Solution:
    def __init__(self, start=0):
        self.start = start

    @property
    def zero(self):
        return self.start

    @staticmethod
    def plus(a, b):
        return a + b

    def add(self, a, b):
        return self.plus(a, b) + self.zero


add = Solution().add


class Tests(unittest.TestCase):
    def test_add(self):
        self.assertEqual(add(1, 1), 2)


if __name__ == "__main__":
    unittest.TextTestRunner(verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(Tests))
