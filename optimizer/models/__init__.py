from optimizer.models.alert import Alert, AlertSetting, Delivery, Webhook
from optimizer.models.evidence import Evidence
from optimizer.models.guardrails import Guardrails
from optimizer.models.halt import Halt
from optimizer.models.order import Decision, Fill, Order
from optimizer.models.own_series import OwnSeries
from optimizer.models.policy import Policy, PolicyConstraint, PolicyVersion, TargetWeight
from optimizer.models.printed import PrintedReport
from optimizer.models.proposal import Alternative, LimitPrice, Proposal, Side, Trade
from optimizer.models.reinvestment import ReinvestmentTask
from optimizer.models.review import ModelReview
from optimizer.models.scenario import StressScenario
from optimizer.models.score import ProposalScore
from optimizer.models.strategy import Estimator, Strategy
from optimizer.models.timing import Timing, TimingCheck
from optimizer.models.view import PolicyView

__all__ = [
    "Alert",
    "AlertSetting",
    "Alternative",
    "Decision",
    "Delivery",
    "Estimator",
    "Evidence",
    "Fill",
    "Guardrails",
    "Halt",
    "LimitPrice",
    "ModelReview",
    "Order",
    "OwnSeries",
    "Policy",
    "PolicyConstraint",
    "PolicyVersion",
    "PolicyView",
    "PrintedReport",
    "Proposal",
    "ProposalScore",
    "ReinvestmentTask",
    "Side",
    "Strategy",
    "StressScenario",
    "TargetWeight",
    "Timing",
    "TimingCheck",
    "Trade",
    "Webhook",
]
