from django.urls import URLPattern, URLResolver, path

from accounts.views import activity, settings, start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("demo", start.demo, name="demo"),
    path("households", start.households, name="households"),
    path("households/new", start.household_new, name="household_new"),
    path("h/<uuid:household>/activity", activity.activity, name="activity"),
    path("h/<uuid:household>/activity.csv", activity.activity_csv, name="activity_csv"),
    path("h/<uuid:household>/settings", settings.settings, name="settings"),
    path("h/<uuid:household>/settings/persons", settings.person_add, name="person_add"),
    path("h/<uuid:household>/settings/tokens", settings.token_issue, name="token_issue"),
    path("h/<uuid:household>/settings/tokens/<uuid:token>/revoke", settings.token_revoke, name="token_revoke"),
]
