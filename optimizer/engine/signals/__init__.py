"""Factor signals: what a price history says of the order of coming returns, and how often it was right."""
