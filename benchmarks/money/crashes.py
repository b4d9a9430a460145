"""`kill -9` at every database write of a purchase; then restart, redelivery, reconcile, books."""

import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.money import buyers, purchase
from benchmarks.money.figure import Figure
from benchmarks.money.shop import ROOT, Shop, is_up, wait_for

MOST = 400  # writes of one purchase, far above what there are
FINISHED = 0


def every_write(backend: str, folder: Path, step: int) -> Iterator[Figure]:
    """Kill a purchase at each of its writes, before and after it, and look at the books."""
    shop = TillOnly(backend, folder)
    try:
        shop.start(buyers.seed(0))
        for after in (False, True):
            moment = "after" if after else "before"
            kills = _sweep(shop, lambda at, after=after: _in_child(shop, at, after=after), step)
            yield _figure(f"kill -9 {moment} each write and commit of a purchase", kills)
        if backend == "sqlite" and shutil.which("strace"):
            kills = _sweep(shop, lambda at: _by_strace(shop, at), step)
            yield _figure("kill -9 at each write to the database file", kills)
    finally:
        shop.stop()


class TillOnly(Shop):
    """A shop of which only the till is served: the purchase itself runs in children."""

    def serve(self) -> None:
        """Start the till, which loses its news: the children deliver them."""
        self._run(sys.executable, "-m", "storefront.cli.main", "till")
        wait_for(lambda: is_up(f"{self.till}/till"))
        self.fault(drop=100_000, events="*")


def _sweep(shop: Shop, kill: Callable[[int], int], step: int) -> list[list[str]]:
    """Kill at 1, 2, 3 … until a purchase comes through; give what was wrong after each."""
    found: list[list[str]] = []
    for at in range(1, MOST, step):
        ended = kill(at)
        if ended == FINISHED:
            break
        if ended != -signal.SIGKILL:
            message = f"the purchase broke by itself at {at}, with {ended}"
            raise RuntimeError(message)
        found.append(_wrong(shop))
        if found[-1]:
            print(f"      at {at}: {found[-1]}", flush=True)
    return found


def _wrong(shop: Shop) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.money.purchase", "mend"], cwd=ROOT,
        env=shop.environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode:
        message = f"mending broke: {done.stderr[-600:]}"
        raise RuntimeError(message)
    state: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    wrong = list(state["problems"])
    if state["booked_minor"] != state["received_minor"]:
        wrong.append(f"{state['booked_minor']} booked, {state['received_minor']} received")
    if state["changed_by_the_last_run"]:
        wrong.append("a second reconcile changed something")
    return wrong


def _figure(name: str, kills: list[list[str]]) -> Figure:
    wrong = sum(bool(each) for each in kills)
    return Figure(
        name, f"{len(kills)} kills, the books wrong after {wrong}", bool(kills) and not wrong
    )


def _in_child(shop: Shop, at: int, *, after: bool) -> int:
    """Buy in a fork of this process that is killed at a write; give how it ended."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:  # the child: whatever happens, it never comes back into the benchmark
        purchase.buy(purchase.Killer(at, after=after).arm, shop.environment)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(FINISHED)


def _by_strace(shop: Shop, at: int) -> int:
    """Buy under strace, which kills at the so-manieth write of a database file."""
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=pwrite64",
         "-e", f"inject=pwrite64:signal=SIGKILL:when={at}",
         sys.executable, "-m", "benchmarks.money.purchase"],
        cwd=ROOT, env=shop.environment, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return -signal.SIGKILL if done.returncode == 128 + signal.SIGKILL else done.returncode
