"""Calm and turbulent markets as they can be told apart at the time: filtered states, never smoothed ones."""
