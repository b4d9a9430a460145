"""A rehearsal: workers send to a sink, are killed at random moments and started again; the sink's file is the proof."""

import random
import resource
import smtplib
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOOK_SECONDS = 0.05
SILENT_SECONDS = 300  # so long nothing arrives = it hangs
MARKS = (0.1, 0.5, 1.0)
BARE = "bare@sink.example"
BARE_LETTERS = 2000


@dataclass
class Seen:
    """What was seen while the issue was sent."""

    seconds: float = 0
    working_seconds: float = 0  # without the time that killed workers needed to come back
    memory_mb: dict[float, float] = field(default_factory=dict)
    kills: int = 0
    cpu_seconds: float = 0  # of all workers


@dataclass(frozen=True)
class Proof:
    """What the sink's file says, beside what the rows say."""

    arrived: int
    lost: list[str]
    twice: list[str]


class Arrivals:
    """Counts the lines of the sink's file as they come."""

    def __init__(self, file: Path) -> None:
        self._file, self._place, self.count = file, 0, 0

    def look(self) -> int:
        """Count what came since, and give the sum."""
        with self._file.open("rb") as file:
            file.seek(self._place)
            new = file.read()
        self._place += len(new)
        self.count += new.count(b"\n")
        return self.count


def play(
    start: Callable[[], Sequence["subprocess.Popen[bytes]"]], file: Path, readers: int, kills: int
) -> Seen:  # fmt: skip
    """Let workers send, kill all of them at random moments, and start them again.

    Raises:
        TimeoutError: nothing arrived for minutes.
    """
    seen, arrivals = Seen(), Arrivals(file)
    moments = sorted(random.uniform(0.03, 0.97) * readers for _ in range(kills))  # noqa: S311  # no secret
    workers, began, cpu = start(), 0.0, _cpu()
    last_count, last_at, died_at = 0, time.monotonic(), 0.0
    while any(one.poll() is None for one in workers):
        time.sleep(LOOK_SECONDS)
        count, now = arrivals.look(), time.monotonic()
        if count > last_count:
            began = began or now
            seen.working_seconds += min(now - last_at, now - began) if not died_at else 0
            last_count, last_at, died_at = count, now, 0.0
        elif now - last_at > SILENT_SECONDS:
            for one in workers:
                one.kill()
            raise TimeoutError(f"nothing arrived for {SILENT_SECONDS} seconds")
        _weigh(seen, workers, count / max(1, readers))
        if moments and count >= moments[0]:
            moments.pop(0)
            workers, died_at = _kill(workers, start), now
            seen.kills += 1
        seen.seconds = now - began if began else 0
    _weigh(seen, workers, 1.0)
    seen.cpu_seconds = _cpu() - cpu
    return seen


def _cpu() -> float:
    """Give the seconds that children have used which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _kill(
    workers: Sequence["subprocess.Popen[bytes]"],
    start: Callable[[], Sequence["subprocess.Popen[bytes]"]],
) -> Sequence["subprocess.Popen[bytes]"]:
    for one in workers:
        one.kill()
    for one in workers:
        one.wait()
    return start()


def _weigh(seen: Seen, workers: Iterable["subprocess.Popen[bytes]"], done: float) -> None:
    """Keep the largest worker's peak of memory at each mark."""
    mark = next((one for one in MARKS if done <= one), 1.0)
    for one in workers:
        peak = _peak_mb(one.pid) if one.poll() is None else 0
        seen.memory_mb[mark] = max(peak, seen.memory_mb.get(mark, 0))


def _peak_mb(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    lines = [line for line in text.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0


def bare_rate(port: int, letter: bytes, most: int = BARE_LETTERS) -> float:
    """Measure letters a second of a loop that does nothing but hand a ready letter over."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
        began = time.monotonic()
        for _ in range(most):
            server.sendmail("hello@sink.example", [BARE], letter)
        return most / (time.monotonic() - began)


def prove(file: Path, expected: Iterable[str], excused: Iterable[str]) -> Proof:
    """Compare the sink's file with who should have a letter; `excused` need not have one."""
    lines = (line.split(" ") for line in file.read_text("utf-8").splitlines())
    arrived = Counter(line[2] for line in lines)
    excused = {*excused}
    lost = [one for one in expected if one not in arrived and one not in excused]
    twice = [one for one, count in arrived.items() if count > 1]
    return Proof(arrived.total(), lost, twice)
