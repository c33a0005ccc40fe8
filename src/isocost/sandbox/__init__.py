"""Running programs that nobody trusts, and reporting what happened: facts, no judgement."""
