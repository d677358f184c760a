"""Reports as PDF: asked for by a button, made by a worker, kept, downloaded, made anew when the report has changed."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts.models import Activity, Run
from optimizer import tasks
from optimizer.models import PrintedReport, Proposal
from optimizer.services import decisions, printing
from tests import factories
from tests.holdings.reports import worlds
from tests.holdings.reports.worlds import World
from tests.optimizer import plans
from tests.optimizer.views.test_report import measured, words
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return worlds.valued()


@pytest.fixture
def alice(world: World) -> Client:
    return visitor(factories.user())


@pytest.fixture
def case() -> plans.Case:
    made = plans.case()
    plans.proposal(made)
    return made


def asked(client: Client, url: str) -> Run:
    """By the page's own button."""
    client.post(f"{url}/pdf", form_of(client, url))
    return Run.objects.filter(kind=Run.Kind.PDF).latest("pk")


def made(client: Client, url: str) -> PrintedReport:
    tasks.typeset(asked(client, url).pk)
    return PrintedReport.objects.latest("pk")


def text(client: Client, url: str) -> str:
    sent = client.get(url)
    assert sent.status_code == 200
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(sent.content)).pages).split())


def file_of(case: plans.Case, file: PrintedReport) -> str:
    return address(case.house, "printed_report", file=file.uuid)


def test_a_quarter_says_on_paper_what_its_page_says(world, alice) -> None:
    measured(alice, world)
    url = address(world.house, "report_quarter", quarter="2022-Q4")
    shown = words(alice, url)
    printed = text(alice, address(world.house, "printed_report", file=made(alice, url).uuid))
    for said in (
        "Fourth quarter of 2022",
        "From the close of 30 Sep 2022 to the close of 28 Dec 2022, USD.",
        "The quarter ends on 31 Dec 2022; later days have no stored value.",
        "Trades made",
        "Decision support, not advice.",
    ):
        assert said in shown
        assert said in printed
    figures = alice.get(url).context["shown"]
    assert f"{100 * figures.shown.content['twr']['total']:.2f}%" in printed
    assert f"{figures.shown.money['end']:,.2f}" in printed


def test_a_proposal_says_its_headline_each_trade_and_the_decision(case) -> None:
    client = visitor(case.alice)
    proposal = Proposal.objects.get()
    trade = proposal.trades.first()
    decisions.decide(proposal=proposal, user=case.alice, approved=(), rejected={trade.uuid: "we keep it"})
    printed = text(client, file_of(case, made(client, address(case.house, "report_proposal", number=1))))
    assert proposal.headline in printed
    assert trade.reason in printed
    assert "Rejected: “we keep it”" in printed
    assert "Allocation before, after and target" in printed


def test_the_file_has_a_name_and_a_type_and_is_offered_on_the_page(case) -> None:
    client, url = visitor(case.alice), address(case.house, "report_proposal", number=1)
    assert "Make a PDF" in words(client, url)
    file = made(client, url)
    sent = client.get(file_of(case, file))
    assert sent["Content-Type"] == "application/pdf"
    assert sent["Content-Disposition"] == f'attachment; filename="ballast-proposal-1-{file.until}.pdf"'
    assert len(sent.content) == file.size
    shown = words(client, url)
    assert "Download PDF" in shown
    assert "The PDF of this report, one page, was made on" in shown


def test_a_report_that_has_changed_says_so_and_offers_it_anew(case) -> None:
    client, url = visitor(case.alice), address(case.house, "report_proposal", number=1)
    made(client, url)
    proposal = Proposal.objects.get()
    decisions.decide(proposal=proposal, user=case.alice, approved=(), rejected={proposal.trades.first().uuid: ""})
    shown = words(client, url)
    assert "The report has changed since the PDF of" in shown
    assert "Make the PDF anew" in shown
    made(client, url)
    assert PrintedReport.objects.count() == 2


def test_an_unchanged_report_is_not_typeset_twice(case) -> None:
    client, url = visitor(case.alice), address(case.house, "report_proposal", number=1)
    made(client, url)
    run = printing.request(household=case.house, user=case.alice, subject="proposal:1", key=case.house.uuid)
    tasks.typeset(run.pk)
    run.refresh_from_db()
    assert (run.status, PrintedReport.objects.count()) == (Run.Status.DONE, 1)


def test_a_second_click_gives_the_same_run(case) -> None:
    client, url = visitor(case.alice), address(case.house, "report_proposal", number=1)
    typed = form_of(client, url)
    places = {client.post(f"{url}/pdf", typed)["Location"] for _ in range(2)}
    assert len(places) == Run.objects.filter(kind=Run.Kind.PDF).count() == 1
    assert "A PDF is being made" in words(client, url)


def test_few_files_of_a_report_are_kept(case) -> None:
    client, url = visitor(case.alice), address(case.house, "report_proposal", number=1)
    for name in "abcdefg":
        case.house.name = name
        case.house.save()
        made(client, url)
    assert PrintedReport.objects.count() == printing.KEPT


def test_the_log_tells_who_asked_for_it(case) -> None:
    client = visitor(case.alice)
    made(client, address(case.house, "report_proposal", number=1))
    assert [line.verb for line in Activity.objects.order_by("pk")][-2:] == ["run.requested", "run.done"]


def test_a_stranger_gets_no_file_and_asks_for_none(case) -> None:
    url = address(case.house, "report_proposal", number=1)
    file = made(visitor(case.alice), url)
    charlie = visitor(factories.user("charlie"))
    assert charlie.get(file_of(case, file)).status_code == 404
    assert charlie.post(f"{url}/pdf", {"key": case.house.uuid}).status_code == 404


def test_another_household_of_the_same_user_does_not_serve_it(case) -> None:
    file = made(visitor(case.alice), address(case.house, "report_proposal", number=1))
    other = factories.household(case.alice)
    assert visitor(case.alice).get(address(other, "printed_report", file=file.uuid)).status_code == 404


def test_who_may_only_look_downloads_and_makes_none(case) -> None:
    url = address(case.house, "report_proposal", number=1)
    bob = visitor(factories.join(case.house, "bob", "read_only"))
    assert "Make a PDF" not in words(bob, url)
    assert bob.post(f"{url}/pdf", {"key": case.house.uuid}).status_code == 403
    file = made(visitor(case.alice), url)
    assert bob.get(file_of(case, file)).status_code == 200


@pytest.mark.parametrize("name", ["2022-Q5", "proposal"])
def test_what_is_no_quarter_is_not_printed(world, alice, name) -> None:
    url = address(world.house, "print_quarter", quarter=name)
    assert alice.post(url, {"key": world.house.uuid}).status_code == 404
