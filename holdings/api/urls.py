from django.urls import path

from holdings.api import market, owners, records, views, what_if

urlpatterns = [
    path("households/<uuid:household>/accounts", views.AccountList.as_view()),
    path("households/<uuid:household>/accounts/<uuid:uuid>/owner", owners.AccountOwner.as_view()),
    path("households/<uuid:household>/accounts-elsewhere", owners.AccountsElsewhere.as_view()),
    path("households/<uuid:household>/lots", views.LotList.as_view()),
    path("households/<uuid:household>/tax/what-if", what_if.WhatIf.as_view()),
    path("households/<uuid:household>/transactions", records.TransactionList.as_view()),
    path("households/<uuid:household>/transactions/<uuid:uuid>", records.TransactionDetail.as_view()),
    path("households/<uuid:household>/transactions/<uuid:uuid>/void", records.TransactionVoid.as_view()),
    path("households/<uuid:household>/transactions/<uuid:uuid>/correct", records.TransactionCorrect.as_view()),
    path("households/<uuid:household>/transactions/<uuid:uuid>/link", records.TransactionLink.as_view()),
    path("households/<uuid:household>/statements", records.StatementList.as_view()),
    path("households/<uuid:household>/differences", records.DifferenceList.as_view()),
    path("households/<uuid:household>/differences/<uuid:uuid>/accept", records.DifferenceAccept.as_view()),
    path("households/<uuid:household>/differences/<uuid:uuid>/settle", records.DifferenceSettle.as_view()),
    path("households/<uuid:household>/gains", views.GainList.as_view()),
    path("households/<uuid:household>/valuations", views.ValuationList.as_view()),
    path("households/<uuid:household>/reports", views.ReportList.as_view()),
    path("households/<uuid:household>/imports", views.ImportList.as_view()),
    path("households/<uuid:household>/imports/<uuid:uuid>/rows", views.ImportRows.as_view()),
    path("households/<uuid:household>/imports/<uuid:uuid>/rows/<int:row>", views.ImportRowEdit.as_view()),
    path("households/<uuid:household>/imports/<uuid:uuid>/confirm", views.ImportConfirm.as_view()),
    path("households/<uuid:household>/imports/<uuid:uuid>/undo", views.ImportUndo.as_view()),
    path("households/<uuid:household>/feeds", market.FeedList.as_view()),
    path("households/<uuid:household>/findings", market.FindingList.as_view()),
    path("households/<uuid:household>/prices", market.PriceList.as_view()),
]
