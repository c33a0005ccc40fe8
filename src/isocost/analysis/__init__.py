"""Analysis: from tallies and costs to curves, ratios and scaling; takes arrays and numbers, never a run or a path."""
