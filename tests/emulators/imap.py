"""A small IMAP server over a real socket: enough of RFC 9051 for a reader, and the ways in which one fails."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

USER, PASSWORD = "facturas@ejemplar.example", "clave con espacios"
_LINE = re.compile(rb"(?P<tag>\S+) (?P<verb>UID \S+|\S+) ?(?P<rest>.*)", re.DOTALL)


@dataclass
class Mailbox:
    """`messages` by uid; `seen`: uids that were flagged. `trouble`: "hang" after the login, "drop" within a message."""

    messages: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    validity: int = 7
    trouble: str = ""
    said: list[str] = field(default_factory=list)  # verbs, in their order
    port: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def deliver(self, raw: bytes) -> int:
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = raw
        return uid

    def url(self, password: str = PASSWORD) -> str:
        return f"imap://{USER.replace('@', '%40')}:{password.replace(' ', '%20')}@127.0.0.1:{self.port}"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address, block_on_close = True, True, False
    mailbox: Mailbox


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.box = cast("_Server", self.server).mailbox
        self._say(b"* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline():
            found = _LINE.match(line.strip())
            if found is None or not self._answer(found["tag"], found["verb"].decode(), found["rest"]):
                return

    def _answer(self, tag: bytes, verb: str, rest: bytes) -> bool:
        self.box.said.append(verb)
        match verb:
            case "LOGIN":
                good = PASSWORD.encode() in rest and USER.encode() in rest
                self._say(tag + (b" OK in" if good else b" NO [AUTHENTICATIONFAILED] wrong"))
                return True
            case "SELECT" if self.box.trouble == "hang":
                self.box.released.wait(30)
                return False
            case "SELECT":
                self._say(b"* %d EXISTS" % len(self.box.messages))
                self._say(b"* OK [UIDVALIDITY %d] valid" % self.box.validity)
            case "UID SEARCH":
                first = int(rest.split()[1].partition(b":")[0])
                uids = [uid for uid in self.box.messages if uid >= first] or list(self.box.messages)[-1:]
                self._say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in uids))
            case "UID FETCH":
                return self._fetch(tag, rest)
            case "UID STORE":
                self.box.seen.add(int(rest.split()[0]))
            case "LOGOUT":
                self._say(b"* BYE")
        self._say(tag + b" OK done")
        return verb != "LOGOUT"

    def _fetch(self, tag: bytes, rest: bytes) -> bool:
        for uid in map(int, rest.split()[0].split(b",")):
            if uid not in self.box.messages:
                continue
            raw = self.box.messages[uid]
            if b"SIZE" in rest:
                self._say(b"* %d FETCH (UID %d RFC822.SIZE %d)" % (uid, uid, len(raw)))
                continue
            self.wfile.write(b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (uid, uid, len(raw)))
            if self.box.trouble == "drop":
                self.wfile.write(raw[: len(raw) // 2])
                return False
            self.wfile.write(raw + b")\r\n")
        self._say(tag + b" OK done")
        return True

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def imap_server() -> Iterator[Mailbox]:
    """A mailbox that listens on this machine while the block runs."""
    box = Mailbox()
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.mailbox, box.port = box, server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield box
        finally:
            box.released.set()
            server.shutdown()
