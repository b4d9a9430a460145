"""Makers of content that name only what matters."""

from routines.library.documents import BodyPart, Programme, Routine
from routines.library.publishing import publish, publish_body_parts
from storefront.database import Session

PEOPLE = {
    "author": {"name": "Ada Demo", "credentials": "Demo author", "demo": True},
    "review": {
        "by": {"name": "Ben Demo", "credentials": "Demo reviewer", "demo": True},
        "on": "2026-10-01",
    },
}
STOP = "Stop when it hurts sharply, and see a doctor."


def step_of(key: str = "press-calf", **fields) -> dict:
    """Make a step; `action`, `title` and `start` go into its exercise."""
    exercise = {
        "title": fields.pop("title", key.replace("-", " ").capitalize()),
        "action": fields.pop("action", "press"),
        "start_position": fields.pop("start", "Sit down."),
        "cues": fields.pop("cues", []),
    }
    return {"key": key, "exercise": exercise, **fields}


def routine_of(*steps: dict, sections: list[dict] | None = None, **fields) -> Routine:
    """Make a routine of one section with these steps, or of the given sections."""
    parts = sections or [{"title": "Part 1", "steps": list(steps or (step_of(),))}]
    values = {
        "title": "Calf loosener", "summary": "8 minutes for the calf.", "picture": "product-roller",
        "goal": "relief", "level": "beginner", "body_parts": ["calf"], "stop_rule": STOP, **PEOPLE,
    }  # fmt: skip
    return Routine.model_validate(values | {"sections": parts} | fields)


def publish_routine(
    db: Session, slug: str = "calf-loosener", *steps: dict, **fields
) -> Routine:
    """Publish a routine with its place on the body, and commit."""
    routine = routine_of(*steps, **fields)
    leg = BodyPart(slug="leg", name="Leg")
    places = [BodyPart(slug=name, name=name.replace("-", " ").capitalize(), parent="leg", area=True)
              for name in routine.body_parts]  # fmt: skip
    publish_body_parts(db, [leg, *places])
    publish(db, "routine", slug, routine)
    db.commit()
    return routine


def needs_tool(component: str, attachment: str | None = None, **fields) -> dict:
    """Make a tool need."""
    return {"component": component, "attachment": attachment, **fields}


def phase_of(key: str, days: int = 14, **fields) -> dict:
    """Make a phase of two weeks with the calf routine."""
    values = {"key": key, "name": f"{key.capitalize()} them", "goal": f"To {key}.", "teaser": f"You {key}.", "weeks": 2}  # fmt: skip
    return values | {"routines": ["calf"], "unlock_days": days} | fields


def publish_programme(db: Session, *phases: dict, slug: str = "glutes", **fields) -> Programme:
    """Publish a programme of these phases, else of three, with its routine, and commit."""
    publish_routine(db, "calf")
    values = {
        "title": "Glutes", "summary": "In phases.", "picture": "product-roller", "level": "beginner",
        "body_parts": ["calf"], "stop_rule": STOP, **PEOPLE,
    }  # fmt: skip
    known = phases or (phase_of("find", 0), phase_of("use"), phase_of("drive"))
    programme = Programme.model_validate(values | {"phases": list(known)} | fields)
    publish(db, "programme", slug, programme)
    db.commit()
    return programme
