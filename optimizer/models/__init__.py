from optimizer.models.order import Decision, Fill, Order
from optimizer.models.policy import Policy, PolicyConstraint, PolicyVersion, TargetWeight
from optimizer.models.proposal import Alternative, Proposal, Side, Trade
from optimizer.models.reinvestment import ReinvestmentTask
from optimizer.models.review import ModelReview

__all__ = [
    "Alternative",
    "Decision",
    "Fill",
    "ModelReview",
    "Order",
    "Policy",
    "PolicyConstraint",
    "PolicyVersion",
    "Proposal",
    "ReinvestmentTask",
    "Side",
    "TargetWeight",
    "Trade",
]
