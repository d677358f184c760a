"""A source of prices on this machine: an HTTP server that gives the answers it was told, the last of them for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Reply:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Source:
    """Replies by the end of the path or by the value of a parameter; what was asked is kept."""

    url: str
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def tells(self, *replies: Reply | str | bytes, of: str = "") -> None:
        self.replies[of] = [reply if isinstance(reply, Reply) else Reply(reply) for reply in replies]

    def answer(self, path: str, params: dict[str, str]) -> Reply:
        self.asked.append((path, params))
        names = [*params.values(), path.rpartition("/")[2], ""]
        queue = next(self.replies[name] for name in names if name in self.replies)
        return queue.pop(0) if len(queue) > 1 else queue[0]


@contextmanager
def source() -> Iterator[Source]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            reply = told.answer(parts.path, dict(parse_qsl(parts.query)))
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Source(f"http://127.0.0.1:{server.server_port}/data")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
