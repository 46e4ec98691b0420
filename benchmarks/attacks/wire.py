"""A hostile site and a healthy one, on loopback addresses of their own, over raw sockets."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from newssites import article_page, rss, story

Script = bytes | Callable[[socket.socket], None]  # what is written to the socket
HOSTILE, HEALTHY = "127.0.2.1", "127.0.2.2"
PAGES = 4  # of the healthy site
HTML = "Content-Type: text/html; charset=utf-8"
RSS = "Content-Type: application/rss+xml"
XML = "Content-Type: application/xml"


def answer(*headers: str, status: str = "200 OK", body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def good_pages(host: str) -> dict[str, bytes]:
    """Return what a healthy site answers, by path."""
    paths = [f"/{number}" for number in range(PAGES)]
    pages = {path: answer(HTML, body=article_page(f"{host} {path}", story(f"{host}{path}"))) for path in paths}
    return pages | {"/feed": answer(RSS, body=rss([f"http://{host}{path}" for path in paths]))}


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        with contextlib.suppress(OSError, IndexError):  # who is cut off does not mind
            path = self.rfile.readline().split(b" ")[1].decode()
            while self.rfile.readline().strip():
                pass
            name = self.connection.getsockname()[0]
            script = self.server.script(f"{name}:{self.server.server_address[1]}", path)
            if isinstance(script, bytes):
                self.connection.sendall(script)
            else:
                script(self.connection)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128
    odd: Mapping[str, Script]

    def script(self, host: str, path: str) -> Script:
        if host.startswith(HOSTILE) and path in self.odd:
            return self.odd[path]
        return good_pages(host).get(path) or answer(status="404 Not Found")


@contextmanager
def serving(odd: Mapping[str, Script]) -> Iterator[int]:
    """Serve both sites, the hostile one with `odd` answers by path; yield the port."""
    with _Server(("0.0.0.0", 0), _Handler) as server:
        server.odd = odd
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()


def write_sources(folder: Path, port: int, hostile: str) -> Path:
    """Write a sources file of both sites; `hostile` are the lines of the hostile one's source."""
    hosts = [f"{host}:{port}" for host in (HOSTILE, HEALTHY)]
    lines = ['contact = "https://example.org/bot"', 'output = "out"', 'archive = "warc"', f"allow_hosts = {hosts}"]
    lines += ["[[source]]", f'home = "http://{hosts[0]}/"', "delay_s = 0", hostile.replace("SITE", hosts[0])]
    lines += ["[[source]]", f'home = "http://{hosts[1]}/"', "delay_s = 0"]
    lines += [f'feeds = ["http://{hosts[1]}/feed"]', "discover = []"]
    file = folder / "sources.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file
