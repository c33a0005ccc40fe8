"""Data that is shipped with isocost: problems of its own, and small tables about benchmarks."""
