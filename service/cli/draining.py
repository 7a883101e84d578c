"""A worker of the server that, once asked to stop, answers what it has begun and takes no more."""

from __future__ import annotations

from gunicorn.workers.gthread import ThreadWorker


class DrainingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Threads that finish their requests while the address is refused already.

    The base class stops to accept, but keeps the socket open to its end: who connects meanwhile
    would wait for an answer that nobody gives.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections or not; for good once the worker has to stop."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                listener.close()
