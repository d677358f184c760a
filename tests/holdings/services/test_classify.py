"""Classes and themes belong to a household, and each change leaves one line in its log."""

from __future__ import annotations

import pytest

from accounts.models import Activity
from holdings.models import Classification, ThemeTag
from holdings.services.classify import save_classifications, save_themes
from tests import factories

pytestmark = pytest.mark.django_db
ENERGY = {"asset_class": "equity", "sector": "energy", "identity_group": ""}


def test_only_what_differs_is_stored() -> None:
    alice = factories.user()
    house = factories.household(alice)
    xom, ko = factories.instrument("XOM"), factories.instrument("KO")
    changes = {xom.pk: ENERGY, ko.pk: ENERGY | {"sector": "staples"}}
    assert save_classifications(household=house, user=alice, changes=changes) == 2
    changes[ko.pk] = ENERGY | {"sector": "discretionary", "identity_group": "cola"}
    assert save_classifications(household=house, user=alice, changes=changes) == 1
    assert Classification.objects.get(instrument=ko).identity_group == "cola"
    assert Activity.objects.filter(verb="instruments.classified").count() == 2


def test_another_household_sees_its_own() -> None:
    alice, bob = factories.user(), factories.user("bob")
    hers, his = factories.household(alice), factories.household(bob)
    xom = factories.instrument("XOM")
    save_classifications(household=hers, user=alice, changes={xom.pk: ENERGY})
    save_themes(household=hers, user=alice, tags=[(xom.pk, "fossil fuel", "Oil")])
    assert not his.classifications.exists()
    assert not his.theme_tags.exists()


def test_themes_become_exactly_the_given_ones() -> None:
    alice = factories.user()
    house = factories.household(alice)
    xom, ko = factories.instrument("XOM"), factories.instrument("KO")
    first = [(xom.pk, "fossil fuel", "Oil"), (ko.pk, "sugar", "")]
    assert save_themes(household=house, user=alice, tags=first)
    kept = ThemeTag.objects.get(instrument=xom).pk
    assert save_themes(household=house, user=alice, tags=[first[0], (ko.pk, "sugar", "Soft drinks")])
    assert ThemeTag.objects.get(instrument=xom).pk == kept
    assert ThemeTag.objects.get(instrument=ko).reason == "Soft drinks"
    assert not save_themes(household=house, user=alice, tags=[first[0], (ko.pk, "sugar", "Soft drinks")])
