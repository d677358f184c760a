"""Forms of goals, policy, classification and taxes."""
