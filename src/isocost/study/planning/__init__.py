"""Planning: which differences a study would show and what it would cost; which models are known."""
