"""Comparing: two runs on the problems that they share, in numbers and in words."""
