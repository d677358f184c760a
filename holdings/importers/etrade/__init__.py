"""Readers of E*TRADE's files: portfolio with lots, gains and losses, and transactions of both eras."""
