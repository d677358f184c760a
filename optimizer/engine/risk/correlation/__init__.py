"""How assets move together: whether that changed, whether it holds in falls, what it leaves of diversification."""
