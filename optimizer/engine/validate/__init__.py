"""What a policy would have done, out of sample and after costs, and how sure one can be of that."""
