"""From target weights to trades: lots, taxes, costs and cash of all accounts together."""
