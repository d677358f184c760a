import datetime as dt
import stat
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.activity import first_broken
from accounts.models import Household, User
from accounts.selectors import activities, households
from holdings import selectors as holdings
from optimizer import selectors
from optimizer.inputs.policy import constraints, policy
from optimizer.inputs.universe import universe
from optimizer.management.commands.load_sample import EMAIL, demo_password
from tests import factories

pytestmark = pytest.mark.django_db


def load() -> str:
    output = StringIO()
    call_command("load_sample", stdout=output)
    return output.getvalue()


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "VAR_DIR", tmp_path_factory.mktemp("var"))
        yield site.VAR_DIR


@pytest.fixture(scope="module")
def sample(folder, django_db_setup, django_db_blocker) -> Iterator[Household]:
    """Loaded once by the command for the tests of this file, and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield households(User.objects.get(email=EMAIL)).get()
        transaction.set_rollback(True)


def test_the_demo_signs_in_with_the_password_in_the_file(sample, folder, client) -> None:
    path = folder / "demo-password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert client.login(email=EMAIL, password=path.read_text())


def test_a_password_that_is_there_is_kept(tmp_path) -> None:
    path = tmp_path / "demo-password"
    path.write_text("made-before\n")
    assert demo_password(path) == "made-before"
    assert path.read_text() == "made-before\n"


def test_a_second_run_asks_one_question_and_adds_nothing(sample, django_assert_num_queries) -> None:
    before = counts()
    with django_assert_num_queries(1):
        assert load() == "The sample household is there already.\n"
    assert counts() == before


def test_a_failure_leaves_nothing_behind(folder) -> None:
    User.objects.filter(email=EMAIL).delete()
    factories.instrument("XOM", "110.30", on=dt.date(2023, 1, 3))
    before = counts()
    with pytest.raises(CommandError, match="XOM has prices of another source"):
        load()
    assert counts() == before


def test_the_targets_add_up_to_one(sample) -> None:
    targets = selectors.current_version(sample).targets.all()
    assert sum(target.weight for target in targets) == 1
    assert targets.get(instrument=None).weight == Decimal("0.02")


def test_the_policy_leaves_something_to_propose(sample) -> None:
    """Energy is over its cap and the factor ETFs are under their target."""
    classes, weights = holdings.classifications(sample), defaultdict(Decimal)
    lots = list(holdings.lots(sample))
    quotes = holdings.quotes(sample, [lot.instrument_id for lot in lots], sample.as_of)
    for lot in lots:
        weights[classes[lot.instrument_id].sector] += lot.quantity * quotes[lot.instrument_id].close
    total = sum(weights.values()) + sum(holdings.cash(sample).values())
    assert 0.13 < weights["energy"] / total < 0.15
    assert 0.24 < weights["factor"] / total < 0.26


def test_the_engine_reads_the_policy(sample) -> None:
    version = selectors.current_version(sample)
    read = policy(version, universe(sample, holdings.lots(sample), version))
    assert (read.strategy, len(read.target), sum(read.target.values())) == ("fixed_weights", 26, 1)
    kinds = {constraint.kind for constraint in constraints(version)}
    assert kinds >= {"sector_weight", "each_stock", "minimum_cash", "tax_budget", "turnover", "exclude_theme"}


def test_the_exclusion_reaches_something_that_is_held(sample) -> None:
    (excluded,) = selectors.current_version(sample).constraints.filter(kind="exclude_theme")
    tagged = set(sample.theme_tags.filter(theme=excluded.subject).values_list("instrument", flat=True))
    assert tagged & {lot.instrument_id for lot in holdings.lots(sample)}


def test_the_log_tells_of_the_loading_and_its_chain_holds(sample) -> None:
    assert first_broken(sample.uuid) is None
    verbs = {line.verb for line in activities(sample)}
    assert verbs >= {"household.created", "goal.created", "policy.saved", "sample.loaded"}
