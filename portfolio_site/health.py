"""Two questions of a supervisor: does the process answer, and could it serve a page?"""

from collections.abc import Callable

import structlog
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portfolio_site.celery import app

QUEUES = ("interactive", "batch")
log = structlog.get_logger(__name__)


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations wait to be applied")


def check_broker() -> None:
    """Declare the queues, which also makes the embedded broker's tables at the first call."""
    with app.connection_for_write() as broker:
        for queue in QUEUES:
            broker.default_channel.queue_declare(queue, durable=True)


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "migrations": check_migrations,
    "broker": check_broker,
}


def passes(name: str) -> bool:
    try:
        CHECKS[name]()
    except Exception:  # whatever the fault is, the answer is 503 and the log has it
        log.exception("health check failed", check=name)
        return False
    return True


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    answers = {name: "ok" if passes(name) else "failed" for name in CHECKS}
    healthy = set(answers.values()) == {"ok"}
    return JsonResponse({"status": "ok" if healthy else "failed", **answers}, status=200 if healthy else 503)


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})
