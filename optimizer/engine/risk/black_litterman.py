"""Expected returns that a market in equilibrium implies, and what views make of them. All annual and above cash."""

import numpy as np

from optimizer.engine.risk.returns import Floats

MARKET_RISK_AVERSION = 3.0
TAU = 0.05
"""How uncertain the equilibrium's returns are, as a share of the covariance. Idzorek's confidences make the result
independent of it."""


def implied(covariance: Floats, weights: Floats, aversion: float = MARKET_RISK_AVERSION) -> Floats:
    """Returns (n) at which `weights` (n) are the best portfolio of an investor with that risk aversion: a Sigma w.

    Black and Litterman, "Global portfolio optimization", Financial Analysts Journal 48(5), 1992.
    """
    returns: Floats = aversion * covariance @ weights
    return returns


def uncertainty(covariance: Floats, picks: Floats, confidence: Floats) -> Floats:
    """Variance (k) of each view's error, from its confidence (k), above 0 and at most 1.

    Idzorek, "A step-by-step guide to the Black-Litterman model", 2005, in the closed form of Walters, "The
    Black-Litterman model in detail", 2014: tau p'Sigma p (1 - c) / c. Alone, a view then moves what it is about by c of
    the way from what the equilibrium implies to what it says.
    """
    prior = TAU * np.einsum("ki,ij,kj->k", picks, covariance, picks)
    variance: Floats = prior * (1 - confidence) / confidence
    return variance


def posterior(prior: Floats, covariance: Floats, picks: Floats, views: Floats, errors: Floats) -> Floats:
    """Expected returns (n) given views: picks (k x n) @ returns = views (k), each with an error of that variance (k).

    The master formula in the form that inverts no covariance: pi + tau Sigma P'(P tau Sigma P' + Omega)^-1 (q - P pi).
    He and Litterman, "The intuition behind Black-Litterman model portfolios", 1999.
    """
    spread = TAU * covariance @ picks.T
    surprise = np.linalg.lstsq(picks @ spread + np.diag(errors), views - picks @ prior, rcond=None)[0]
    returns: Floats = prior + spread @ surprise
    return returns
