"""Figures for Prometheus: requests of all workers, the rest as the one that answers has it.

With several processes the directory of ``PROMETHEUS_MULTIPROC_DIR`` is where they count together;
the library looks for it when it is imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from service.operations.operating import Figures

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counts of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "parcelwatch_requests",
            "Requests answered, by method, route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "parcelwatch_request_seconds",
            "Time until the answer was ready, by route.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, figures: Figures, now: datetime) -> bytes:
        """All figures as Prometheus reads them."""
        shown = CollectorRegistry()
        if SHARED in os.environ:
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]  # of the library
        else:
            shown.register(_Registered(self.registry))
        shown.register(_Gauges(figures, now))
        return generate_latest(shown)


@dataclass(frozen=True)
class _Registered(Collector):
    registry: CollectorRegistry

    def collect(self) -> Iterable[Metric]:
        return self.registry.collect()


@dataclass(frozen=True)
class _Gauges(Collector):
    """Asked for at the moment; connections are those of the process that answers."""

    figures: Figures
    now: datetime

    def collect(self) -> Iterator[Metric]:
        connections = GaugeMetricFamily(
            "parcelwatch_connections",
            "Connections to the database, of the worker process named.",
            labels=("worker", "state"),
        )
        worker, told = str(os.getpid()), self.figures
        connections.add_metric([worker, "used"], told.used_count)
        connections.add_metric([worker, "idle"], told.idle_count)
        yield connections
        yield _gauge("tasks_waiting", "Tasks not taken up yet.", told.waiting_count)
        yield _gauge("log_head", "Number of the last event.", told.event_count)
        if told.audited_at:
            age_s = (self.now - told.audited_at).total_seconds()
            yield _gauge("last_audit_age_seconds", "Time since the last audit.", age_s)


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(f"parcelwatch_{name}", documentation, value=value)
