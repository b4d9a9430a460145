"""Canary words: made up, found nowhere else, each planted in one place."""

import secrets
from dataclasses import dataclass, field

LETTERS = "bcdfghjklmnpqrstvwxz"


@dataclass(frozen=True)
class Canary:
    """One word and where it was planted."""

    word: str
    where: str
    is_film: bool = False  # a reader whom the gate lets in must find it


@dataclass
class Canaries:
    """Everything planted in one run.

    Attributes:
        planted: the words, in the order of their planting.
        names: what guesses at addresses are made of: slugs, numbers and file names that are no
            secret to somebody who guesses well.
    """

    planted: list[Canary] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def word(self, where: str, *, is_film: bool = False) -> str:
        """Make a word for a place; it survives slugs, search indexes, addresses and capitals."""
        word = "kanari" + "".join(secrets.choice(LETTERS) for _ in range(12))
        self.planted.append(Canary(word, where, is_film))
        return word

    def found_in(self, text: bytes) -> list[Canary]:
        """List the canaries that sing in some bytes, in small letters or capitals."""
        lower = text.lower()
        if b"kanari" not in lower:
            return []
        return [each for each in self.planted if each.word.encode() in lower]
