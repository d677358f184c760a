"""What countries share that average the cost of a class of shares: one person's, in all taxed accounts together.

history ──stream──> events of each class, in order, from transactions ──a country's rules──> slices and pools
"""
