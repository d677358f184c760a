from accounts.models.activity import Activity
from accounts.models.goal import Goal
from accounts.models.household import Household, Membership, Person
from accounts.models.run import Run
from accounts.models.tax_profile import TaxProfile, TaxYearFacts
from accounts.models.token import ApiToken
from accounts.models.user import User

__all__ = [
    "Activity",
    "ApiToken",
    "Goal",
    "Household",
    "Membership",
    "Person",
    "Run",
    "TaxProfile",
    "TaxYearFacts",
    "User",
]
