from django.urls import URLPattern, URLResolver, include, path

from portfolio_site import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("livez", health.livez, name="livez"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("holdings.urls")),
    path("", include("optimizer.urls")),
]
