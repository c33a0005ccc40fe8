"""Profiles: how long models of several sizes take on this machine, measured in interleaved rounds, beside the roofline.

Door: `isocost.study.profiling.profiling`.
"""
