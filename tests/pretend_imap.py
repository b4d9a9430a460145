"""A small IMAP server for tests: one user, folders of messages with flags, and what was asked of it."""

import re
import socketserver
import threading
from dataclasses import dataclass, field


@dataclass
class Mail:
    raw: bytes
    flags: set[str] = field(default_factory=set)


class PretendIMAP(socketserver.ThreadingTCPServer):
    """Listens on this machine while it is used as a context."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.folders: dict[str, dict[int, Mail]] = {"INBOX": {}, "Done": {}}
        self.user, self.password, self.validity = "hello", "secret", 7
        self.asked: list[str] = []
        self.dies_at = ""  # a word at which the connection is cut

    @property
    def port(self) -> int:
        return self.server_address[1]

    def put(self, raw: bytes, uid: int) -> None:
        self.folders["INBOX"][uid] = Mail(raw)

    def __enter__(self) -> "PretendIMAP":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()


class _Talk(socketserver.StreamRequestHandler):
    server: PretendIMAP

    def handle(self) -> None:
        self.say("* OK ready")
        self.folder: dict[int, Mail] = {}
        while line := self.rfile.readline().decode().strip():
            tag, _, words = line.partition(" ")
            self.server.asked.append(words)
            if self.server.dies_at and self.server.dies_at in words:
                return
            verb = words.split()[1] if words.startswith("UID ") else words.split()[0]
            self.say(f"{tag} {getattr(self, verb.lower())(words)} done")
            if verb == "LOGOUT":
                return

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def capability(self, words: str) -> str:
        self.say("* CAPABILITY IMAP4rev1 MOVE")
        return "OK"

    def login(self, words: str) -> str:
        said = [part.strip('"') for part in words.split()[1:]]
        return "OK" if said == [self.server.user, self.server.password] else f"NO not {words}"

    def select(self, words: str) -> str:
        name = words.split(" ", 1)[1].strip('"')
        if name not in self.server.folders:
            return "NO no such folder"
        self.folder = self.server.folders[name]
        self.say(f"* {len(self.folder)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.server.validity}] valid")
        return "OK [READ-WRITE]"

    def search(self, words: str) -> str:
        first = int(re.search(r"UID (\d+):\*", words)[1])
        found = {uid for uid in self.folder if uid >= first} | {*[*self.folder][-1:]}
        self.say(f"* SEARCH {' '.join(map(str, sorted(found)))}".rstrip())
        return "OK"

    def fetch(self, words: str) -> str:
        uid = int(words.split()[2])
        raw = self.folder[uid].raw
        if "HEADER" in words:
            raw = re.split(rb"\r?\n\r?\n", raw)[0] + b"\r\n\r\n"
        self.say(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}")
        self.wfile.write(raw)
        self.say(")")
        return "OK"

    def store(self, words: str) -> str:
        self.folder[int(words.split()[2])].flags.add(r"\Seen")
        return "OK"

    def move(self, words: str) -> str:
        uid, name = int(words.split()[2]), words.split()[3].strip('"')
        if name not in self.server.folders:
            return "NO no such folder"
        self.server.folders[name][uid] = self.folder.pop(uid)
        return "OK"

    def logout(self, words: str) -> str:
        self.say("* BYE")
        return "OK"
