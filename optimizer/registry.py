"""The models behind the advice, each with its version, data, parameters and record: cards that a person reviews.

A change to how a model computes gives its card a new version, and a card of a new version is due for review at once.
"""

from __future__ import annotations

from dataclasses import dataclass

HALF_YEAR, YEAR = 182, 365  # days


@dataclass(frozen=True, slots=True)
class Card:
    """`part`: the page of its evidence, empty where it has none yet. `days`: between two reviews."""

    key: str
    name: str
    version: str
    purpose: str
    data: str
    parameters: str
    limits: str
    part: str = ""
    days: int = HALF_YEAR


CARDS = (
    Card(
        "covariance",
        "Covariance of returns",
        "1",
        "Risk of every plan and of what is held.",
        "Daily total-return closes of what is held and targeted, the last 504 sessions.",
        "Nonlinear shrinkage (Ledoit and Wolf 2020), constant correlation or sample; volatilities apart; calibrated by "
        "trailing realised over predicted risk, held to 0.8 to 1.5.",
        "Correlations rise in crises; an instrument with a short history enters through one factor.",
        "concentration",
    ),
    Card(
        "volatility",
        "Volatility",
        "1",
        "When risk moved enough for a proposal; size of positions; the kill switch's forecast.",
        "Daily closes.",
        "EWMA about zero, half-life 63 sessions.",
        "Slow at the start of a crisis, slow to forget it.",
        "watch",
    ),
    Card(
        "expected_return",
        "Expected returns",
        "1",
        "Mean-variance, maximum Sharpe and Black-Litterman targets.",
        "The entered weights and the covariance; views of the household with their confidence.",
        "Returns at which the entered weights would be right, moved by views (Black and Litterman 1992; Idzorek 2005).",
        "No forecast: without views it returns what was entered.",
    ),
    Card(
        "regimes",
        "Regimes and correlation",
        "1",
        "What diversifies only in calm.",
        "Daily closes of what is held.",
        "Filtered states only: nothing of a day's state uses later days.",
        "States are named afterwards and change with the sample.",
    ),
    Card(
        "signals",
        "Factor signals",
        "1",
        "A shrunk view on expected returns, only while its record supports it.",
        "Daily closes of the household's instruments.",
        "12-1 momentum, low volatility, reversal, beta; information coefficients out of sample.",
        "Records of a few instruments are short and correlated; most signals earn less than they cost.",
        "signals",
    ),
    Card(
        "costs",
        "Costs of trading",
        "1",
        "What each order would cost; which orders are not worth it.",
        "Half-spreads by class, entered or estimated from highs, lows and volumes; the broker's fees as entered.",
        "max(least, ticket + per share + rate), at most a maximum; square-root impact where volume is known.",
        "Fills say how far it was off: see what became of earlier proposals on the page of the watch.",
        "watch",
    ),
    *(
        Card(
            f"tax_{code.lower()}",
            f"Tax rules of {country}",
            years,
            "Tax of sales, harvests and plans.",
            "Lots, transactions and what the household says of its taxes.",
            "Rates and thresholds as data by tax year, with their sources.",
            "Estimates, not a return; what is not computed stands on the page of taxes.",
            days=YEAR,
        )
        for code, country, years in (
            ("US", "the United States", "2022 to 2026"),
            ("GB", "the United Kingdom", "2022-23 to 2026-27"),
            ("CA", "Canada", "2022 to 2026"),
            ("DE", "Germany", "2022 to 2026"),
        )
    ),
    Card(
        "goals",
        "Goals simulation",
        "1",
        "Probability of reaching a goal, and what contribution reaches 80%.",
        "Monthly history of asset classes and inflation.",
        "Block bootstrap and a parametric model, seeded; contributions, withdrawals, inflation, taxes.",
        "History holds few independent decades.",
    ),
    Card(
        "walk_forward",
        "Walk-forward validation",
        "1",
        "How the policy would have done, out of sample and after costs and taxes.",
        "The household's own instruments as far as their prices reach.",
        "Block-bootstrap intervals; deflated Sharpe ratio and overfitting where settings are compared.",
        "Instruments chosen today survived until today.",
    ),
    Card(
        "watch",
        "Kill switch",
        "1",
        "When automated proposals stop.",
        "The household's daily time-weighted returns.",
        "Student's t about a forecast of volatility, or the walk-forward; quantile, risk ratio and drawdown as set.",
        "On SPY of 1994 to 2024 with 0.1% on either side it stopped 1.2 times a year, most often inside one crisis.",
        "watch",
    ),
)


def card(key: str) -> Card | None:
    return next((each for each in CARDS if each.key == key), None)
