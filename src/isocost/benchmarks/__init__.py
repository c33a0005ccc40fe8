"""Benchmarks: named, versioned, hashed sets of problems, found on this machine or fetched once."""

from isocost.benchmarks.benchmark import Benchmark
from isocost.benchmarks.loading import load, names

__all__ = ["Benchmark", "load", "names"]
