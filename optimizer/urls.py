from django.urls import URLPattern, URLResolver, path

from optimizer.views import (
    alternatives,
    classify,
    compare,
    evidence,
    goals,
    guardrails,
    halts,
    lock,
    orders,
    overview,
    policy,
    proposals,
    reinvestment,
    runs,
    tax,
    taxes,
    timing,
)

HOUSEHOLD = "h/<uuid:household>/"
PROPOSAL = HOUSEHOLD + "proposals/<int:number>"
RUN = HOUSEHOLD + "runs/<uuid:run>"
ORDER = HOUSEHOLD + "orders/<uuid:order>"
GOAL = HOUSEHOLD + "goals/<uuid:goal>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(HOUSEHOLD, overview.overview, name="overview"),
    path(HOUSEHOLD + "goals", goals.goals, name="goals"),
    path(HOUSEHOLD + "goals/new", goals.goal_new, name="goal_new"),
    path(GOAL, goals.goal_edit, name="goal_edit"),
    path(GOAL + "/archive", goals.goal_archive, name="goal_archive"),
    path(HOUSEHOLD + "goals/constraints", policy.policy_edit, name="policy_edit"),
    path(HOUSEHOLD + "goals/taxes", taxes.tax_profile, name="tax_profile"),
    path(HOUSEHOLD + "goals/classify", classify.classify, name="classify"),
    path(HOUSEHOLD + "goals/timing", timing.timing, name="timing"),
    path(HOUSEHOLD + "goals/guardrails", guardrails.guardrails, name="guardrails"),
    path(HOUSEHOLD + "goals/themes", classify.themes, name="themes"),
    path(HOUSEHOLD + "propose", runs.propose, name="propose"),
    path(RUN, runs.run, name="run"),
    path(RUN + "/fragment", runs.run_fragment, name="run_fragment"),
    path(RUN + "/relax", runs.run_relax, name="run_relax"),
    path(RUN + "/cancel", runs.run_cancel, name="run_cancel"),
    path(HOUSEHOLD + "proposals", proposals.proposals, name="proposals"),
    path(HOUSEHOLD + "proposals/compare", compare.compare, name="compare"),
    path(PROPOSAL, proposals.proposal, name="proposal"),
    path(PROPOSAL + "/decide", proposals.decide, name="decide"),
    path(PROPOSAL + "/alternatives", alternatives.alternatives, name="alternatives"),
    path(PROPOSAL + "/choose", alternatives.choose, name="choose"),
    path(PROPOSAL + "/lock/<uuid:trade>", lock.lock, name="lock"),
    path(HOUSEHOLD + "evidence", evidence.evidence, name="evidence"),
    path(HOUSEHOLD + "evidence/<slug:slug>", evidence.evidence, name="evidence_part"),
    path(HOUSEHOLD + "evidence/<slug:slug>/find", evidence.find, name="evidence_find"),
    path(HOUSEHOLD + "halts", halts.halts, name="halts"),
    path(HOUSEHOLD + "halts/<uuid:halt>/resume", halts.resume, name="halt_resume"),
    path(HOUSEHOLD + "tax", tax.tax, name="tax"),
    path(HOUSEHOLD + "tax/<slug:label>/sales", tax.tax_sales, name="tax_sales"),
    path(HOUSEHOLD + "tax/<slug:label>/form.csv", tax.tax_form, name="tax_form"),
    path(HOUSEHOLD + "tax/<slug:label>/schedule-d.csv", tax.tax_schedule_d, name="tax_schedule_d"),
    path(HOUSEHOLD + "orders", orders.orders, name="orders"),
    path(HOUSEHOLD + "orders.csv", orders.orders_csv, name="orders_csv"),
    path(HOUSEHOLD + "orders/paper", orders.orders_paper, name="orders_paper"),
    path(HOUSEHOLD + "orders/placed", orders.orders_placed, name="orders_placed"),
    path(HOUSEHOLD + "reinvestment/<uuid:task>/tick", reinvestment.reinvestment_tick, name="reinvestment_tick"),
    path(ORDER + "/fill", orders.order_fill, name="order_fill"),
    path(ORDER + "/cancel", orders.order_cancel, name="order_cancel"),
]
