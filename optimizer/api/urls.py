from django.urls import path

from optimizer.api import alerts, alternatives, evidence, halts, reinvestment, reviews, timing, views

urlpatterns = [
    path("households/<uuid:household>/policies", views.PolicyList.as_view()),
    path("households/<uuid:household>/timing", timing.TimingDetail.as_view()),
    path("households/<uuid:household>/timing-checks", timing.TimingCheckList.as_view()),
    path("households/<uuid:household>/alerts", alerts.AlertList.as_view()),
    path("households/<uuid:household>/alerts/<uuid:uuid>/read", alerts.AlertRead.as_view()),
    path("households/<uuid:household>/models", reviews.ModelList.as_view()),
    path("households/<uuid:household>/models/<slug:model>/reviews", reviews.ModelReviewList.as_view()),
    path("households/<uuid:household>/halts", halts.HaltList.as_view()),
    path("households/<uuid:household>/halts/<uuid:uuid>/resume", halts.HaltResume.as_view()),
    path("households/<uuid:household>/runs", views.RunList.as_view()),
    path("households/<uuid:household>/runs/<uuid:uuid>", views.RunDetail.as_view()),
    path("households/<uuid:household>/runs/<uuid:uuid>/relax", views.RunRelax.as_view()),
    path("households/<uuid:household>/runs/<uuid:uuid>/cancel", views.RunCancel.as_view()),
    path("households/<uuid:household>/proposals", views.ProposalList.as_view()),
    path("households/<uuid:household>/proposals/<int:number>", views.ProposalDetail.as_view()),
    path("households/<uuid:household>/proposals/<int:number>/decide", views.Decide.as_view()),
    path("households/<uuid:household>/proposals/<int:number>/resolve", views.Resolve.as_view()),
    path("households/<uuid:household>/proposals/<int:number>/choose", alternatives.Choose.as_view()),
    path("households/<uuid:household>/proposals/compare", alternatives.Compare.as_view()),
    path("households/<uuid:household>/evidence", evidence.EvidenceList.as_view()),
    path("households/<uuid:household>/evidence/<uuid:uuid>", evidence.EvidenceDetail.as_view()),
    path("households/<uuid:household>/orders", views.OrderList.as_view()),
    path("households/<uuid:household>/orders/paper-fill", views.PaperFill.as_view()),
    path("households/<uuid:household>/orders/<uuid:uuid>/fills", views.OrderFill.as_view()),
    path("households/<uuid:household>/orders/<uuid:uuid>/cancel", views.OrderCancel.as_view()),
    path("households/<uuid:household>/reinvestment-tasks", reinvestment.TaskList.as_view()),
    path("households/<uuid:household>/reinvestment-tasks/<uuid:uuid>/tick", reinvestment.Tick.as_view()),
]
