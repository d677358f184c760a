"""Reports to print: a quarter, or a proposal, from stored rows alone."""
