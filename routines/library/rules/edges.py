"""Rules for progressions: every edge leads somewhere, and nothing is harder than itself.

"B is the easier way to do A" and "A is the harder way to do B" are the same edge, from the
easier to the harder one; an edge that closes a circle contradicts the others.
"""

from collections.abc import Iterator, Mapping

from routines.library.documents import LibraryExercise, Routine
from routines.library.pieces import Progression, Step
from routines.library.rules.lacks import Known, Lack, Where

Node = tuple[str, str]  # step or exercise, and its name
Edge = tuple[Node, Node]


def of_routine(routine: Routine, known: Known) -> Iterator[Lack]:
    """Look at the edges of all steps, together with those of the library."""
    steps = {step.key: step for part in routine.sections for step in part.steps}
    nodes = _nodes(list(steps.values()))
    edges = [*_library(known.exercises or {})]
    for part, section in enumerate(routine.sections):
        for place, step in enumerate(section.steps):
            field = ("sections", part, "steps", place)
            for index, one in enumerate(step.progressions):
                here: Where = (*field, "progressions", index)
                yield from _ends(one, here, known, steps, step.key)
                edge = _edge(nodes[step.key], one, nodes)
                yield from _closed(edge, edges, here)
                edges += [edge] if edge else []


def of_exercise(word: LibraryExercise, known: Known) -> Iterator[Lack]:
    """Look at the edges of one exercise of the library, together with all others."""
    others = {slug: one for slug, one in (known.exercises or {}).items() if slug != word.slug}
    edges = [*_library(others)]
    for index, one in enumerate(word.progressions):
        here: Where = ("progressions", index)
        if one.to_step:
            yield Lack((*here, "to_step"), "An exercise of the library has no steps: name another exercise.")  # fmt: skip
        yield from _to_exercise(one, here, known, word.slug)
        edge = _edge(("exercise", word.slug), one, {})
        yield from _closed(edge, edges, here)
        edges += [edge] if edge else []


def _nodes(steps: list[Step]) -> dict[str, Node]:
    """Name each step; by its exercise of the library where no other step uses that one."""
    slugs = [step.exercise.slug for step in steps]
    return {
        step.key: ("exercise", step.exercise.slug)
        if step.exercise.slug and slugs.count(step.exercise.slug) == 1
        else ("step", step.key)
        for step in steps
    }


def _library(exercises: Mapping[str, LibraryExercise]) -> Iterator[Edge]:
    for slug, word in exercises.items():
        for one in word.progressions:
            edge = _edge(("exercise", slug), one, {})
            if edge:
                yield edge


def _edge(start: Node, one: Progression, nodes: Mapping[str, Node]) -> Edge | None:
    """Give the edge from the easier to the harder one; None when it leads nowhere."""
    if one.to_exercise:
        end: Node | None = ("exercise", one.to_exercise)
    else:
        end = nodes.get(one.to_step or "")
    if end is None:
        return None
    return (start, end) if one.direction == "harder" else (end, start)


def _ends(
    one: Progression, field: Where, known: Known, steps: Mapping[str, Step], own: str
) -> Iterator[Lack]:
    if one.to_step and one.to_exercise:
        yield Lack(field, "It leads to a step and to an exercise: name one of them.")
    if one.to_step == own:
        yield Lack((*field, "to_step"), "It leads to the step itself.")
    elif one.to_step and one.to_step not in steps:
        yield Lack((*field, "to_step"), f"There is no step named {one.to_step} in this routine.")  # fmt: skip
    yield from _to_exercise(one, field, known, steps[own].exercise.slug)


def _to_exercise(one: Progression, field: Where, known: Known, own: str | None) -> Iterator[Lack]:  # fmt: skip
    if not one.to_exercise:
        return
    if one.to_exercise == own:
        yield Lack((*field, "to_exercise"), "It leads to the exercise itself.")
    elif known.exercises is not None and one.to_exercise not in known.exercises:
        yield Lack((*field, "to_exercise"), f"There is no exercise named {one.to_exercise} in the library.")  # fmt: skip


def _closed(edge: Edge | None, others: list[Edge], field: Where) -> Iterator[Lack]:
    """Say which circle an edge closes, if it does."""
    if edge is None or edge[0] == edge[1]:
        return
    way = _way(edge[1], edge[0], others)
    if way:
        names = " → ".join(name for _, name in [edge[0], *way])
        yield Lack(field, f"Harder and easier go in a circle: {names}.")


def _way(start: Node, end: Node, edges: list[Edge]) -> list[Node]:
    """Find a way along the edges; empty when there is none."""
    came: dict[Node, Node | None] = {start: None}
    waiting = [start]
    while waiting:
        here = waiting.pop(0)
        if here == end:
            break
        for easier, harder in edges:
            if easier == here and harder not in came:
                came[harder] = here
                waiting.append(harder)
    if end not in came:
        return []
    way: list[Node] = [end]
    while (before := came[way[-1]]) is not None:
        way.append(before)
    return way[::-1]
