"""Makers of words of the vocabulary that name only what matters."""

from routines.library.documents import Condition, LibraryExercise, Muscle, Point, ToolCare
from routines.library.pieces import Person


def muscle_of(slug: str = "soleus", **fields) -> Muscle:
    """Make a muscle of the calf."""
    return Muscle.model_validate({"slug": slug, "name": slug.capitalize(), "body_part": "calf"} | fields)  # fmt: skip


def person_of(slug: str = "ada-demo", **fields) -> Person:
    """Make a person who says that they are made up."""
    values = {"slug": slug, "name": "Ada Demo", "credentials": "Demo author", "demo": True}
    return Person.model_validate(values | fields)


def condition_of(slug: str = "calf-cramp", **fields) -> Condition:
    """Make a condition with one red flag."""
    values = {"slug": slug, "name": "Calf cramp", "body_parts": ["calf"], "red_flags": ["One leg is swollen."]}  # fmt: skip
    return Condition.model_validate(values | fields)


def point_of(slug: str = "calf-middle", **fields) -> Point:
    """Make a pressure point of the calf."""
    values = {
        "slug": slug, "name": "Middle of the calf", "side": "back", "body_part": "calf", "find": "Between the two heads.",
        "press": "Lean in slowly.", "cautions": [{"when": "It tingles", "then": "Move.", "flags": ["clot_risk"]}],
    }  # fmt: skip
    return Point.model_validate(values | fields)


def exercise_of(slug: str = "calf-press", *, exercise: dict | None = None, **fields) -> LibraryExercise:  # fmt: skip
    """Make an exercise of the library."""
    movement = {"slug": slug, "title": "Calf press", "action": "press", "start_position": "Sit down."}  # fmt: skip
    values = {"slug": slug, "name": "Calf press", "exercise": movement | (exercise or {})}
    return LibraryExercise.model_validate(values | fields)


def care_of(slug: str = "strap", **fields) -> ToolCare:
    """Make what to mind with a tool."""
    caution = {"when": "You react to latex", "then": "Take the cotton one.", "flags": ["latex"]}
    return ToolCare.model_validate({"slug": slug, "name": "Strap", "cautions": [caution]} | fields)  # fmt: skip
