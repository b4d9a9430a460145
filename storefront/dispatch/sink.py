"""A mail server that swallows every letter and writes down its Message-ID and reader: for rehearsals and tests.

What the address begins with makes it difficult, once or always: `later` is put off at its first try (450),
`busy` closes the connection with 421 at its first try, `never` is refused (550), `refused` is refused after
DATA (554), and `silent` is taken, but the connection is closed before that is said.
"""

import asyncio
import re
import sys
import time
from pathlib import Path
from typing import TextIO

MOST_BYTES = 30_000_000
HELLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
NOBODY = b"503 5.5.1 there is no reader\r\n"
AT_FIRST = {"later": b"450 4.7.1 come back later\r\n", "busy": b"421 4.7.0 too busy\r\n"}


class Sink:
    """Swallow letters; each that was taken is a line of the file before the answer is sent."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._seen: set[str] = set()

    async def serve(self, port: int, host: str = "127.0.0.1") -> asyncio.Server:
        """Listen."""
        return await asyncio.start_server(self.talk, host, port, limit=MOST_BYTES)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk with one client until it leaves."""
        writer.write(b"220 sink ESMTP\r\n")
        to = ""
        try:
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"RCPT":
                    to, answer = self._rcpt(line, to)
                elif word == b"DATA":
                    answer = await self._data(reader, writer, to) if to else NOBODY
                else:
                    to, answer = "", _other(word)
                writer.write(answer)
                if answer[:3] in (b"221", b"421") or not answer:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a client that was killed, which is what we are for
        finally:
            writer.close()

    def _rcpt(self, line: bytes, before: str) -> tuple[str, bytes]:
        address = line.partition(b"<")[2].partition(b">")[0].decode("utf-8", "replace")
        kind = address.partition("-")[0]
        if kind == "never":
            return before, b"550 5.1.1 no such reader\r\n"
        if kind in AT_FIRST and address not in self._seen:
            self._seen.add(address)
            return before, AT_FIRST[kind]
        return address, b"250 OK\r\n"

    async def _data(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: str
    ) -> bytes:
        writer.write(b"354 go on\r\n")
        letter = await reader.readuntil(b"\r\n.\r\n")
        kind = to.partition("-")[0]
        if kind == "refused":
            return b"554 5.7.1 not this letter\r\n"
        found = ID.search(letter)
        name = found[1].decode("ascii", "replace") if found else "-"
        self._file.write(f"{time.time():.3f} {name} {to} {len(letter)}\n")
        self._file.flush()
        return b"" if kind == "silent" else b"250 2.0.0 taken\r\n"


def _other(word: bytes) -> bytes:
    if word == b"EHLO":
        return HELLO
    return b"221 bye\r\n" if word == b"QUIT" else b"250 OK\r\n"


async def _run(port: int, path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        server = await Sink(file).serve(port)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1]), Path(sys.argv[2])))
