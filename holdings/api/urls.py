from django.urls import path

from holdings.api import views

urlpatterns = [
    path("households/<uuid:household>/accounts", views.AccountList.as_view()),
    path("households/<uuid:household>/lots", views.LotList.as_view()),
    path("households/<uuid:household>/transactions", views.TransactionList.as_view()),
    path("households/<uuid:household>/gains", views.GainList.as_view()),
    path("households/<uuid:household>/valuations", views.ValuationList.as_view()),
    path("households/<uuid:household>/imports", views.ImportList.as_view()),
    path("households/<uuid:household>/imports/<uuid:uuid>/rows", views.ImportRows.as_view()),
    path("households/<uuid:household>/imports/<uuid:uuid>/confirm", views.ImportConfirm.as_view()),
    path("households/<uuid:household>/imports/<uuid:uuid>/undo", views.ImportUndo.as_view()),
]
