from django.urls import path

from accounts.api import views

urlpatterns = [
    path("households", views.HouseholdList.as_view()),
    path("households/<uuid:household>", views.HouseholdDetail.as_view()),
    path("households/<uuid:household>/goals", views.GoalList.as_view()),
    path("households/<uuid:household>/goals/<uuid:uuid>", views.GoalDetail.as_view()),
    path("households/<uuid:household>/persons", views.PersonList.as_view()),
    path("households/<uuid:household>/persons/<uuid:uuid>", views.PersonDetail.as_view()),
    path("households/<uuid:household>/tax-profile", views.TaxProfileDetail.as_view()),
    path("households/<uuid:household>/tax-years", views.TaxYears.as_view()),
    path("households/<uuid:household>/activity", views.ActivityList.as_view()),
]
