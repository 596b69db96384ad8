"""A mail server that takes everything and keeps nothing: the fastest there is to send to.

python -m benchmarks.sink prints its port, and serves until it is ended.
"""

from __future__ import annotations

import socketserver

GREETING = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
LONGEST_LINE = 100_000


class Session(socketserver.StreamRequestHandler):
    """One conversation; it knows as little SMTP (RFC 5321) as a sender needs."""

    disable_nagle_algorithm = True  # Each answer goes at once, as a server's does.

    def handle(self) -> None:
        """Answer until the other side leaves."""
        self._say(b"220 sink\r\n")
        while line := self.rfile.readline(LONGEST_LINE):
            word = line[:4].upper()
            if word == b"DATA":
                self._say(b"354 go on\r\n")
                while self.rfile.readline(LONGEST_LINE) != b".\r\n":
                    pass
                self._say(b"250 taken\r\n")
            elif word == b"QUIT":
                self._say(b"221 bye\r\n")
                return
            else:
                self._say(GREETING if word == b"EHLO" else b"250 yes\r\n")

    def _say(self, words: bytes) -> None:
        self.wfile.write(words)


class Sink(socketserver.ThreadingTCPServer):
    """A server of such conversations."""

    daemon_threads = True
    allow_reuse_address = True


if __name__ == "__main__":
    with Sink(("127.0.0.1", 0), Session) as sink:
        print(sink.server_address[1], flush=True)
        sink.serve_forever()
