"""What machines and clocks say: windows with memory, energy and steal, and how fast this device computes and reads.

Doors: `isocost.measure.window` (a stretch of time, measured) and `isocost.measure.calibration` (FLOPs and bytes a second).
A counter that is not there gives None and a reason.
"""
