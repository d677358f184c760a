"""What cannot be known of an account that is not imported, in sentences.

Replacement purchases count in every account of a US household, IRAs included (IRC 1091, Rev. Rul. 2008-5); in Canada
in those of affiliated persons and plans (ITA 54, "superficial loss"); in the United Kingdom shares of one class form
one pool a person over all taxable accounts (TCGA 1992 s104, s106A); in Germany each account stands alone (EStG 20(4)).
"""

from holdings.tax.history import ABROAD, TAXED, Shelter

WINDOW = "within 30 days of a sale at a loss here"
NOTHING_SHOWN = "its gains, losses and dividends are in no figure"
AS_IN_AN_IRA = f"a purchase there {WINDOW} may deny that loss for good, as one in an IRA does; no ruling settles it"
UNITED_STATES = {
    Shelter.TAXABLE: f"{NOTHING_SHOWN}, and a purchase there {WINDOW} may make that loss a wash sale",
    Shelter.OTHER: f"{NOTHING_SHOWN}, and a purchase there {WINDOW} may make that loss a wash sale",
    Shelter.CUSTODIAL: f"{NOTHING_SHOWN}, and a purchase there {WINDOW} may make that loss a wash sale; "
    "no ruling settles it",
    Shelter.TRADITIONAL_IRA: f"a purchase there {WINDOW} may deny that loss for good",
    Shelter.ROTH_IRA: f"a purchase there {WINDOW} may deny that loss for good",
    **dict.fromkeys((Shelter.K401, Shelter.HSA, *sorted(ABROAD)), AS_IN_AN_IRA),
    Shelter.PLAN_529: f"whether a purchase there {WINDOW} touches that loss is settled by no ruling",
}
BY_TAXED = {
    "GB": {
        True: f"{NOTHING_SHOWN}; shares of a class held there too are in one pool with those here, so that the cost of "
        "a sale here may differ, and a purchase there in the 30 days after a sale here may change its gain"
    },
    "CA": {
        True: f"{NOTHING_SHOWN}; shares held there too share one average cost with those here, and a purchase there "
        f"{WINDOW} may make that loss superficial",
        False: f"a purchase there {WINDOW} may deny that loss for good",
    },
    "DE": {True: f"{NOTHING_SHOWN}, and part of the year’s allowance may be used up there"},
}
BY_ITSELF = {
    True: " It reinvests dividends by itself; each reinvestment is such a purchase.",
    False: "",
    None: " Whether it reinvests dividends by itself, which is such a purchase, is not known.",
}


def account_gap(country: str, shelter: Shelter, *, name: str, owner: str, reinvests: bool | None) -> str:
    """What is unknown because this account of the household is not imported. reinvests: None where nobody says."""
    unknown = _unknown(country, shelter)
    by_itself = BY_ITSELF[reinvests] if _purchases_count(country, shelter) else ""
    return f"“{name}” of {owner} is not imported: {unknown}.{by_itself}"


def _unknown(country: str, shelter: Shelter) -> str:
    if country == "US":
        return UNITED_STATES[shelter]
    taxed = shelter in TAXED
    return BY_TAXED.get(country, {}).get(taxed, NOTHING_SHOWN if taxed else "nothing in it changes a gain here")


def _purchases_count(country: str, shelter: Shelter) -> bool:
    """Whether a purchase in an account of this kind may change a gain or a loss elsewhere."""
    return country in {"US", "CA"} or (country == "GB" and shelter in TAXED)


def spouse_gap(country: str) -> str:
    """What is unknown of a married household that names no spouse."""
    said = "The household files as married and names no spouse: accounts of the spouse are in no figure"
    return f"{said}, and a purchase in them {WINDOW} may deny that loss." if country in {"US", "CA"} else f"{said}."
