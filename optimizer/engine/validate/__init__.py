"""Proof: what a policy, a portfolio or a plan would have met, out of sample and with uncertainty."""
