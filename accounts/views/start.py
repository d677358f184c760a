"""The way in: what Ballast is, the demo, and a household of one's own."""

from __future__ import annotations

from allauth.account.forms import LoginForm
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import selectors, services
from accounts.forms import HouseholdForm
from accounts.models import User
from accounts.requests import signed_in

DEMO_USER = "demo@ballast.local"


def start(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        first = selectors.households(request.user).first()
        return redirect("overview", first.uuid) if first else redirect("household_new")
    people = User.objects.exclude(email=DEMO_USER)
    return render(
        request, "start.html", {"has_users": people.exists(), "login_form": LoginForm(), "demo": settings.DEMO}
    )


@require_POST
def demo(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404("This site has no demo.")
    user = get_object_or_404(User, email=DEMO_USER)
    response: HttpResponse = perform_login(request, user, email_verification="none")
    return response


@login_required
def households(request: HttpRequest) -> HttpResponse:
    rows = signed_in(request).memberships.select_related("household").order_by("household__name")
    return render(request, "accounts/households.html", {"memberships": rows})


@login_required
def household_new(request: HttpRequest) -> HttpResponse:
    form = HouseholdForm(request.POST or None, user=signed_in(request))
    if request.method == "POST" and form.is_valid():
        household = services.create_household(user=signed_in(request), **form.cleaned_data)
        return redirect("overview", household.uuid)
    return render(request, "accounts/household_new.html", {"form": form})
