"""How target weights are made, and how risk is estimated: the choices of a policy, each in plain words."""

from __future__ import annotations

from django.db import models

AIMS = ("aversion", "target_return", "target_volatility")
"""Fields of a version of which mean-variance reads the one that is set."""


class Strategy(models.TextChoices):
    FIXED = "fixed_weights", "Target weights that I enter"
    EQUAL = "equal_weight", "Equal weights"
    INVERSE_VOLATILITY = "inverse_volatility", "Inverse volatility"
    MIN_VARIANCE = "minimum_variance", "Minimum variance"
    MEAN_VARIANCE = "mean_variance", "Mean-variance"
    MAX_SHARPE = "maximum_sharpe", "Maximum Sharpe ratio"
    RISK_PARITY = "risk_parity", "Risk parity"
    RISK_BUDGETS = "risk_budgets", "Risk budgets"
    HIERARCHICAL = "hierarchical_risk_parity", "Hierarchical risk parity"
    MIN_CVAR = "minimum_cvar", "Minimum CVaR 95"
    MIN_CDAR = "minimum_cdar", "Minimum drawdown"
    BLACK_LITTERMAN = "black_litterman", "Black-Litterman"
    TRACKING = "benchmark_tracking", "Benchmark tracking"

    @property
    def words(self) -> str:
        return WORDS[self]

    @property
    def reads_returns(self) -> bool:
        """Whether expected returns, and so views, decide its weights."""
        return self in {self.MEAN_VARIANCE, self.MAX_SHARPE, self.BLACK_LITTERMAN}

    @property
    def adds_up(self) -> bool:
        """Whether the entered weights and cash must make 100 %."""
        return self in {self.FIXED, self.TRACKING}

    @property
    def role(self) -> str:
        """What the entered weights are to it; empty where it does not read them."""
        if self.reads_returns:
            return "of the market it starts from"
        roles = {self.FIXED: "of the household", self.RISK_BUDGETS: "of the risk", self.TRACKING: "of the benchmark"}
        return roles.get(self, "")


class Estimator(models.TextChoices):
    NONLINEAR = "nonlinear", "Shrunk correlations"
    CONSTANT = "constant_correlation", "One correlation for all"
    SAMPLE = "sample", "Plain sample"


WORDS = {
    Strategy.FIXED: "The weights that you type, as far as the limits allow.",
    Strategy.EQUAL: "The same weight for every named instrument.",
    Strategy.INVERSE_VOLATILITY: "The calmer an instrument, the more of it: weights go with one over volatility.",
    Strategy.MIN_VARIANCE: "The mix that has swung least together. It asks for no forecast of returns.",
    Strategy.MEAN_VARIANCE: "The most expected return for its risk: at your aversion to risk, or at a return or a "
    "volatility that you name. Expected returns are those at which your weights would be right, moved by your views.",
    Strategy.MAX_SHARPE: "The most expected return for a point of volatility. Expected returns as for mean-variance.",
    Strategy.RISK_PARITY: "Every instrument brings the same share of the risk.",
    Strategy.RISK_BUDGETS: "Every instrument brings the share of the risk that you type as its weight.",
    Strategy.HIERARCHICAL: "Instruments that move together share one part of the risk.",
    Strategy.MIN_CVAR: "The smallest mean loss over the worst 5% of months in ten years of prices.",
    Strategy.MIN_CDAR: "The smallest mean of the worst 5% of falls from a peak in ten years of weekly prices.",
    Strategy.BLACK_LITTERMAN: "Your weights, tilted by your views as far as these can be believed.",
    Strategy.TRACKING: "Follows a benchmark whose weights you type as closely as the limits allow: what is out "
    "is replaced by what moves like it.",
}
