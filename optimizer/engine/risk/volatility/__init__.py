"""Forecasts of variance from daily data: EWMA, GARCH, GJR-t, HAR, log-HAR, their geometric mean, and their score."""
