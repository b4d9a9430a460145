"""Read the published JSON of free-exercise-db as words of the exercise library.

The shape is that of its schema.json: id, name, force, level, mechanic, equipment, primaryMuscles,
secondaryMuscles, instructions, category, images. Its text is in the public domain (Unlicense); its
pictures are not taken. Nothing is guessed: a dose stays "not stated", however the text counts.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from routines.library.documents import LibraryExercise
from routines.library.pieces import Action
from routines.library.rules.problems import Known, word_problems
from routines.library.vocabulary import Word
from routines.packs.sources import UNUSABLE, Problem

SOURCE, LICENCE = "free-exercise-db", "Unlicense"
ACTIONS: dict[str, Action] = {
    "stretching": "stretch", "plyometrics": "jump", "strength": "strengthen", "powerlifting": "strengthen",
    "olympic weightlifting": "strengthen", "strongman": "strengthen",
}  # fmt: skip
ROLLED = re.compile(r"\bSMR\b|\broll(ing|er)\b", re.IGNORECASE)
MUSCLES = {
    "abdominals": ("rectus-abdominis",), "abductors": ("gluteus-medius", "tensor-fasciae-latae"),
    "adductors": ("adductor-magnus", "gracilis"), "biceps": ("biceps-brachii",), "calves": ("gastrocnemius", "soleus"),
    "chest": ("pectoralis-major",), "forearms": ("wrist-flexors", "wrist-extensors"), "glutes": ("gluteus-maximus",),
    "hamstrings": ("biceps-femoris", "semitendinosus", "semimembranosus"), "lats": ("latissimus-dorsi",),
    "lower back": ("erector-spinae",), "middle back": ("rhomboideus-major",), "neck": ("levator-scapulae",),
    "quadriceps": ("rectus-femoris", "vastus-lateralis"), "shoulders": ("deltoideus",), "traps": ("trapezius",),
    "triceps": ("triceps-brachii",),
}  # fmt: skip
Words = tuple[Annotated[str, Field(max_length=4000)], ...]


class Foreign(BaseModel):
    """One exercise as free-exercise-db writes it."""

    model_config = ConfigDict(str_strip_whitespace=True, strict=True)

    id: Annotated[str, Field(pattern="^[0-9a-zA-Z_-]+$", max_length=200)] | None = None
    name: Annotated[str, Field(min_length=1, max_length=200)]
    category: str
    level: str | None = None
    force: str | None = None
    mechanic: str | None = None
    equipment: str | None = None
    primary_muscles: Annotated[Words, Field(alias="primaryMuscles", strict=False)] = ()
    secondary_muscles: Annotated[Words, Field(alias="secondaryMuscles", strict=False)] = ()
    instructions: Annotated[Words, Field(strict=False)] = ()
    images: Annotated[Words, Field(strict=False)] = ()


LIST = TypeAdapter(Annotated[list[Foreign], Field(strict=False)])


@dataclass
class Report:
    """What became of a file: the words, who was left out and why, and what could not be kept."""

    words: list[LibraryExercise] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )  # by reason
    not_kept: dict[str, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )  # by field and value

    def lines(self) -> Iterator[str]:
        """Tell it for people: a count and a few names for each reason and each value."""
        for title, groups in (("left out", self.left_out), ("not kept", self.not_kept)):
            for what, names in sorted(
                groups.items(), key=lambda pair: (-len(pair[1]), pair[0])
            ):
                shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
                yield f"{title}: {what}: {len(names)} ({shown})"

    def facts(self) -> dict[str, Any]:
        """Tell it for programs, with every name."""
        return {"stored": [word.slug for word in self.words], "left_out": self.left_out, "not_kept": self.not_kept}  # fmt: skip


def load(file: Path) -> tuple[list[Foreign], list[Problem]]:
    """Read a file; a list with one wrong entry is refused whole."""
    try:
        return LIST.validate_python(json.loads(file.read_text("utf-8-sig"))), []
    except json.JSONDecodeError as error:
        return [], [Problem(file.name, error.lineno, "", f"This is not JSON: {error.msg}.")]
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        return [], [Problem(file.name, None, ".".join(map(str, one["loc"])), one["msg"]) for one in wrong]  # fmt: skip
    except (UnicodeDecodeError, ValueError, RecursionError, OSError):
        return [], [Problem(file.name, None, "", "The file cannot be read as JSON text.")]


def mapped(found: list[Foreign], muscles: Collection[str], there: dict[str, Word]) -> Report:
    """Make words of exercises.

    Args:
        found: what the file holds.
        muscles: the slugs of the vocabulary's muscles; others cannot be named.
        there: the exercises of the library by slug; those of other sources keep their names.
    """
    report, known = Report(), Known(muscles=frozenset(muscles))
    taken: set[str] = set()
    for one in found:
        reason = _unfit(one)
        slug = _slug(one, there)
        if reason is None and slug in taken:
            reason = "it comes twice"
        word = None if reason else _word(one, slug, muscles)
        if word is not None:
            lacks = word_problems(word, known=known)
            reason = str(lacks[0]) if lacks else None
        if word is None or reason:
            report.left_out[reason or "it has no name"].append(one.name)
            continue
        taken.add(slug)
        report.words.append(word)
        _tell(report, one, muscles)
    return report


def _unfit(one: Foreign) -> str | None:
    """Say why an exercise cannot become a word, if so."""
    if one.category not in ACTIONS:
        return f"the category {one.category} is none of our actions"
    if not any(one.instructions):
        return "it has no instructions"
    if UNUSABLE.search("".join((one.name, *one.instructions))):
        return "it has control characters"
    return None if re.search("[a-z0-9]", _plain(one.id or one.name)) else "it has no name"


def _word(one: Foreign, slug: str, muscles: Collection[str]) -> LibraryExercise:
    first, *others = [text for text in one.instructions if text]
    action = ACTIONS[one.category]
    main = _named(one.primary_muscles, muscles)
    exercise = {
        "slug": slug, "title": one.name, "action": "roll" if action == "stretch" and _is_rolled(one) else action,
        "start_position": first, "cues": [{"kind": "action", "text": text} for text in others], "muscles": main,
        "helping_muscles": [slug for slug in _named(one.secondary_muscles, muscles) if slug not in main],
    }  # fmt: skip
    source = f"{SOURCE}: {one.id or one.name}"[:120]
    return LibraryExercise.model_validate({"slug": slug, "name": one.name, "exercise": exercise, "source": source, "licence": LICENCE})  # fmt: skip


def _is_rolled(one: Foreign) -> bool:
    return one.equipment == "foam roll" or bool(ROLLED.search(one.name))


def _named(names: Words, muscles: Collection[str]) -> list[str]:
    """Give our names of muscles, each once; what we have no name for is left out."""
    ours = [slug for name in names for slug in MUSCLES.get(name, ()) if slug in muscles]
    return list(dict.fromkeys(ours))


def _tell(report: Report, one: Foreign, muscles: Collection[str]) -> None:
    """Note what an exercise says and a word has no place for."""
    for name in dict.fromkeys((*one.primary_muscles, *one.secondary_muscles)):
        if not _named((name,), muscles):
            report.not_kept[f"muscle {name}"].append(one.name)
    for title in ("equipment", "level", "force", "mechanic"):
        value = getattr(one, title)
        if value and value != "body only":
            report.not_kept[f"{title} {value}"].append(one.name)
    if one.images:
        report.not_kept["images"].append(one.name)


def _slug(one: Foreign, there: dict[str, Word]) -> str:
    """Name a word after its id; one that a word of another source has is left to that."""
    slug = _plain(one.id or one.name)[:70].strip("-")
    other = there.get(slug)
    is_ours = isinstance(other, LibraryExercise) and (other.source or "").startswith(SOURCE)
    return slug if other is None or is_ours else f"{slug}-imported"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
