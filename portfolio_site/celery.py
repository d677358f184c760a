"""The Celery app. A message only rings: the Run row is the job (docs/decisions/0002-row-is-the-job.md)."""

import ctypes
import gc
import os
import signal
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, worker_init
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # results repeat bit for bit, and workers do not fight for the cores
TRANSPORT_ALIASES["embedded"] = "portfolio_site.broker:Transport"

app = Celery("ballast")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_embedded_init.connect
def die_with_the_worker(**kwargs: Any) -> None:
    """Beat is a fork of the batch worker: a killed worker must not leave it behind, ringing twice."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@worker_init.connect
def look_seldom_for_garbage(**kwargs: Any) -> None:
    """Long files make many objects that all stay for a while: looking them over took a quarter of the time to book."""
    gc.set_threshold(50_000)
