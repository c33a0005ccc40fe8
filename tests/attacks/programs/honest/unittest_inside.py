# coding: only-inside-the-sandbox
"""Runs its own unit tests at load.

outcome: passed
"""

import io
import unittest


def add(a, b):
    return a + b


class Works(unittest.TestCase):
    def test_it(self):
        with self.assertRaises(TypeError):
            add(1, None)
        self.assertEqual(add(1, 1), 2)


result = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Works))
assert result.wasSuccessful()
