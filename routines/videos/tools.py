"""ffmpeg and ffprobe as other programs: by lists of arguments, in time, and out of the way of the shop."""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from storefront.public import Settings, ShopError

log = logging.getLogger(__name__)

MISSING = "ffmpeg is not installed on this machine: the film waits until it is (FFMPEG)."
TIMES = 30  # a film may take so many times its own length
LEAST_SECONDS = 120
# Becomes ffmpeg, which gives way to the shop, and on Linux ends with whoever started it.
BEGIN = """
import ctypes, os, sys
os.nice(15)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 9)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


class NoTools(ShopError):
    """Raised when ffmpeg is not there; whatever was asked for can wait."""

    title = MISSING


class Failed(ShopError):
    """Raised when ffmpeg did not do what it was asked for."""

    title = "The film could not be made"


def program(settings: Settings, name: str) -> str:
    """Find ffmpeg, or ffprobe beside it.

    Raises:
        NoTools: it is not there.
    """
    wanted = settings.ffmpeg
    if name != "ffmpeg":
        wanted = str(Path(wanted).with_name(name)) if "/" in wanted else name
    found = shutil.which(wanted)
    if found is None:
        raise NoTools
    return found


def ask(settings: Settings, arguments: Sequence[str], seconds: float) -> bytes:
    """Run ffprobe and give what it prints.

    Raises:
        NoTools: it is not there.
        Failed: it refused, or took too long.
    """
    command = [program(settings, "ffprobe"), "-v", "error", *arguments]
    try:
        done = subprocess.run(  # noqa: S603  # a list; names begin with file:
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        log.info("ffprobe refused a file: %s", type(error).__name__)
        raise Failed from error
    return done.stdout


def make(
    settings: Settings, arguments: Sequence[str], duration_ms: int, tell: Callable[[int], None]
) -> None:
    """Run ffmpeg, and tell its progress in per cent.

    Raises:
        NoTools: it is not there.
        Failed: it ended badly, or took too long.
    """
    command = [sys.executable, "-I", "-S", "-c", BEGIN, str(os.getpid()), program(settings, "ffmpeg"), "-nostdin", "-v", "error", "-y",
               "-stats_period", "1", "-progress", "pipe:1", *arguments]  # fmt: skip
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(  # noqa: S603  # a list; names begin with file:
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
        )
        most = max(LEAST_SECONDS, TIMES * duration_ms / 1000)
        timer = threading.Timer(most, running.kill)
        timer.start()
        try:
            _listen(running, duration_ms, tell)
        finally:
            timer.cancel()
            running.kill()
            code = running.wait()
        if code:
            said.seek(0)
            log.warning("ffmpeg ended with %s: %s", code, said.read(2000).decode("utf-8", "replace").strip())  # fmt: skip
            message = f"ffmpeg ended with {code}."
            raise Failed(message)


def _listen(
    running: subprocess.Popen[bytes], duration_ms: int, tell: Callable[[int], None]
) -> None:
    assert running.stdout is not None  # noqa: S101  # it was asked for
    with running.stdout as lines:
        for line in lines:
            name, _, value = line.decode("ascii", "replace").strip().partition("=")
            if name == "out_time_us" and value.isdecimal():
                tell(min(99, int(value) // 10 // max(1, duration_ms)))
    running.wait()
