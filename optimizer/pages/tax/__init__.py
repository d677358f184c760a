"""The tax page: the year so far, what the open proposal would add, and what may be sold and bought when."""
