"""Who holds a lease: the machine, the process and a word of its own; and whether they still live."""

import os
import secrets
import socket

LIVING: set[str] = set()  # those of this process


def take_name() -> str:
    """Make the name of a worker that begins now."""
    name = f"{_machine()}:{os.getpid()}:{secrets.token_hex(4)}"
    LIVING.add(name)
    return name


def give_up(name: str) -> None:
    """Say that a worker has ended."""
    LIVING.discard(name)


def is_dead(name: str) -> bool:
    """Tell whether a worker of this machine is gone; of others nothing is known, and leases run out.

    Should this be wrong, nobody is written to twice: a letter begins only while its lease is ours.
    """
    machine, _, rest = name.partition(":")
    number = rest.partition(":")[0]
    if machine != _machine() or not number.isdecimal():
        return False
    if int(number) == os.getpid():
        return name not in LIVING
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def _machine() -> str:
    return socket.gethostname().replace(":", "-")[:18]
