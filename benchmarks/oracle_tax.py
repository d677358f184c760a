"""Golden households by PSL Tax-Calculator: taxable income, income tax before credits, NIIT. Seed stated.

make oracles    (or: pip install -r benchmarks/requirements.txt && python benchmarks/oracle_tax.py)

A household meets nothing that the product does not compute: nobody is 65 or a dependant, wages are the only earnings, a
negative other income is a business loss (no self-employment tax, no business income deduction), deductions are the
standard one or mortgage interest above it, and the reduction of itemised deductions in the 37 % bracket from 2026 is
off. Losses carried in are part of the net short and long gain (p22250, p23250).

Tax-Calculator 6.8.0 still limits the ordinary layer beside collectibles by the end of the 0 % rate, as the Schedule D
Tax Worksheet did before 2018; since then the limit is the end of the 24 % bracket. Households with collectibles are
therefore those for which both limits give one result: much other income, or little income in all. It also begins the
37 % bracket of 2023 at 578,125 for a separate return, where Rev. Proc. 2022-38 has 346,875; that is set right.
"""

import json
import random
from decimal import Decimal
from pathlib import Path

import pandas as pd
import taxcalc
from taxcalc import Calculator, Policy, Records

SEED, YEARS, EACH = 20261126, range(2022, 2027), 80
STATUSES = {"single": 1, "joint": 2, "separate": 3, "head": 4, "survivor": 5}
COLUMNS = ["year", "status", "other", "interest", "qualified", "short", "long", "collectibles"]
COLUMNS += ["carry_short", "carry_long", "deductions", "taxable_income", "income_tax", "niit"]
TARGET = Path(__file__).resolve().parents[1] / "tests" / "holdings" / "tax" / "golden" / "tax_calculator.json"
AIMS = ["any", "ordinary", "ordinary", "preferential", "preferential", "overlap", "niit", "limit", "negative"]
AIMS += ["much", "little"]
LEAST = -200_000  # a larger business loss is limited (IRC 461(l))
NUDGES = [Decimal(n) for n in ("-1", "-0.01", "0", "0.01", "1", "700")]


def policy_of(year: int) -> Policy:
    policy = Policy()
    if year == 2023:
        policy.implement_reform({"II_brk6": {2023: [578_125, 693_750, 346_875, 578_100, 693_750]}})
    policy.implement_reform({"ID_reduction_rate": {2026: 0.0}})
    policy.set_year(year)
    return policy


class Thresholds:
    """The edges of one year and filing status, from Tax-Calculator's own policy."""

    def __init__(self, policy: Policy, status: str) -> None:
        def value(name: str) -> Decimal:
            return Decimal(str(getattr(policy, name)[0][STATUSES[status] - 1]))

        self.ordinary = [value(f"II_brk{n}") for n in range(1, 7)]
        self.preferential = [value("CG_brk1"), value("CG_brk2")]
        self.deduction, self.niit = value("STD"), value("NIIT_thd")
        self.limit = value("Capital_loss_limitation")


def amount(rng: random.Random, most: int, chance: float = 0.8) -> Decimal:
    """Nothing, or up to `most`, small amounts as likely as large ones, in dollars or cents."""
    if rng.random() > chance:
        return Decimal(0)
    places = rng.choice([0, 0, 2])
    return round(Decimal(most * 10 ** rng.uniform(-3, 0)), places)


def counted(case: dict, edges: Thresholds) -> tuple[Decimal, Decimal]:
    """The net gain in income, and the part of it that is net capital gain."""
    short, long = case["short"] - case["carry_short"], case["long"] - case["carry_long"]
    return max(short + long, -edges.limit), max(Decimal(0), min(long, short + long))


def household(rng: random.Random, edges: Thresholds) -> dict:
    """A random household whose other income or short gain puts it beside an edge."""
    aim = rng.choice(AIMS)
    case = {
        "interest": amount(rng, 60_000),
        "qualified": amount(rng, 150_000),
        "short": rng.choice([1, -1]) * amount(rng, 80_000) + 0,
        "long": rng.choice([1, 1, -1]) * amount(rng, 500_000) + 0,
        "collectibles": Decimal(0),
        "carry_short": amount(rng, 40_000, 0.3),
        "carry_long": amount(rng, 60_000, 0.3),
        "deductions": None if rng.random() < 0.6 else edges.deduction + amount(rng, 60_000),
    }
    if aim == "limit":
        case["short"] += -edges.limit - (case["short"] - case["carry_short"] + case["long"] - case["carry_long"])
        case["short"] += rng.choice(NUDGES)
    if aim == "overlap":  # gain that the 15 % rate would tax within the 12 % bracket
        nothing = dict.fromkeys(["short", "carry_short", "carry_long", "qualified"], Decimal(0))
        case |= nothing | {"long": amount(rng, 150)}
    if aim in {"much", "little"}:
        case["long"] = abs(case["long"]) / (1 if aim == "much" else 10_000)
        case["collectibles"] = round(case["long"] * Decimal(rng.random()), 2)
        case["long"] = round(case["long"], 2)
    case["other"] = other_income(rng, aim, case, edges)
    return case if case["other"] >= LEAST else household(rng, edges)


def other_income(rng: random.Random, aim: str, case: dict, edges: Thresholds) -> Decimal:
    gain, capital = counted(case, edges)
    deducted = case["deductions"] or edges.deduction
    invested = case["interest"] + case["qualified"] + gain
    preferential = case["qualified"] + capital
    if aim == "ordinary":
        return rng.choice(edges.ordinary) + preferential + deducted - invested + rng.choice(NUDGES)
    if aim == "preferential":
        return rng.choice(edges.preferential) + deducted - invested + rng.choice(NUDGES)
    if aim == "overlap":
        return edges.preferential[0] + preferential + deducted - invested + rng.choice(NUDGES)
    if aim == "niit":
        return edges.niit - invested + rng.choice(NUDGES)
    if aim == "much":
        return edges.ordinary[3] + preferential + deducted - invested + amount(rng, 400_000)
    if aim == "little":
        return deducted - invested + amount(rng, int(edges.preferential[0]))
    if aim == "negative":
        return deducted - invested - amount(rng, 20_000)
    return amount(rng, 900_000)


def gain_at_28(case: dict) -> Decimal:
    """28% Rate Gain Worksheet, line 7."""
    short = case["short"] - case["carry_short"]
    return max(Decimal(0), case["collectibles"] + min(short, Decimal(0)) - case["carry_long"])


def record(number: int, case: dict) -> dict:
    """The household in the variables of Tax-Calculator."""
    return {
        "RECID": number,
        "MARS": STATUSES[case["status"]],
        "XTOT": 2 if case["status"] == "joint" else 1,
        "age_head": 50,
        "age_spouse": 50 if case["status"] == "joint" else 0,
        "e00200": float(max(case["other"], 0)),
        "e00200p": float(max(case["other"], 0)),
        "e00900": float(min(case["other"], 0)),
        "e00900p": float(min(case["other"], 0)),
        "e00300": float(case["interest"]),
        "e00600": float(case["qualified"]),
        "e00650": float(case["qualified"]),
        "p22250": float(case["short"] - case["carry_short"]),
        "p23250": float(case["long"] - case["carry_long"]),
        "e24518": float(gain_at_28(case)),
        "e19200": float(case["deductions"] or 0),
    }


def computed(policy: Policy, cases: list[dict]) -> list[dict]:
    frame = pd.DataFrame([record(number, case) for number, case in enumerate(cases, 1)])
    records = Records(data=frame, start_year=policy.current_year, gfactors=None, weights=None, exact_calculations=True)
    calculator = Calculator(policy=policy, records=records, verbose=False)
    calculator.calc_all()
    for found, name in (("taxable_income", "c04800"), ("income_tax", "taxbc"), ("niit", "niit")):
        for case, value in zip(cases, calculator.array(name), strict=True):
            case[found] = round(float(value), 6)
    for case, itemised in zip(cases, calculator.array("c04470"), strict=True):
        if not itemised:  # where the tax is the same it takes the standard deduction
            case["deductions"] = None
        assert itemised == float(case["deductions"] or 0)
    return cases


def plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def main() -> None:
    rng, rows = random.Random(SEED), []  # noqa: S311
    for year in YEARS:
        policy = policy_of(year)
        edges = {status: Thresholds(policy, status) for status in STATUSES}
        cases = [household(rng, edges[s]) | {"status": s, "year": year} for s in STATUSES for _ in range(EACH)]
        rows += [[plain(case[column]) for column in COLUMNS] for case in computed(policy, cases)]
    head = json.dumps({"by": f"taxcalc {taxcalc.__version__}", "seed": SEED, "columns": COLUMNS})
    body = ",\n".join(json.dumps(row, separators=(",", ":")).replace(".0,", ",").replace(".0]", "]") for row in rows)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(f'{head[:-1]}, "households": [\n{body}\n]}}\n')


if __name__ == "__main__":
    main()
