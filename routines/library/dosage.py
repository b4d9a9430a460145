"""How much and how often, as text: the one function that writes a dosage."""

from routines.library.pieces import Dosage, Range

SIDES = {
    "each": "each side",
    "alternate": "alternating sides",
    "left": "left side",
    "right": "right side",
    "both": "both sides together",
}
LOAD_SIDES = {
    "lifted_leg": "on the side of the lifted leg",
    "standing_leg": "on the side of the standing leg",
    "both_hands": "shared by both hands",
}


def dosage_text(dosage: Dosage) -> str:
    """Write a dosage in words, such as "3–4 sets × 8 each side, 3 times a week".

    What is not stated is left out; a dosage that states nothing gives an empty text.
    """
    return ", ".join(part for part in (_amount(dosage), *_pauses(dosage), *_how(dosage), *_often(dosage)) if part)  # fmt: skip


def range_text(value: Range) -> str:
    """Write "8", or "8–10" with an en dash."""
    return str(value.least) if value.least == value.most else f"{value.least}–{value.most}"


def seconds_text(value: Range | int) -> str:
    """Write a length of time; whole minutes from two minutes on."""
    span = value if isinstance(value, Range) else None
    least, most = (span.least, span.most) if span else (value, value)
    if least == most and isinstance(most, int) and most >= 120 and most % 60 == 0:
        return f"{most // 60} minutes"
    words = range_text(span) if span else str(value)
    return f"{words} {'second' if most == 1 else 'seconds'}"


def times(value: Range, span: str) -> str:
    """Write how often in a span of time: once, twice, 3 times, 3–4 times."""
    if value.least == value.most and value.least < 3:
        return f"{('once', 'twice')[value.least - 1]} {span}"
    return f"{range_text(value)} times {span}"


def counted(value: Range, one: str, many: str) -> str:
    """Write a number with its noun."""
    return f"{range_text(value)} {one if value.most == 1 else many}"


def _amount(dosage: Dosage) -> str:
    """Write sets, reps or time, and sides: the heart of a dose."""
    effort = _effort(dosage)
    if dosage.sets:
        sets = counted(dosage.sets, "set", "sets")
        effort = f"{sets} × {effort}" if effort else sets
    side = SIDES[dosage.sides] if dosage.sides else ""
    return " ".join(part for part in (effort, side) if part)


def _effort(dosage: Dosage) -> str:
    parts = []
    if dosage.reps:
        bare = dosage.sets and not (dosage.duration_seconds or _hold(dosage))
        parts.append(range_text(dosage.reps) if bare else counted(dosage.reps, "time", "times"))
    if dosage.duration_seconds:
        parts.append(seconds_text(dosage.duration_seconds))
    return ", ".join([*parts, *_hold(dosage)])


def _hold(dosage: Dosage) -> list[str]:
    parts = []
    if dosage.hold_seconds:
        more = " or as long as you can" if dosage.hold_open_ended else ""
        parts.append(f"hold {seconds_text(dosage.hold_seconds)}{more}")
    elif dosage.hold_open_ended:
        parts.append("hold as long as you can")
    if dosage.return_seconds:
        parts.append(f"{seconds_text(dosage.return_seconds)} back")
    return parts


def _pauses(dosage: Dosage) -> list[str]:
    pauses = (
        (dosage.rest_between_reps_seconds, "between repetitions"),
        (dosage.rest_between_sides_seconds, "between sides"),
        (dosage.rest_between_sets_seconds, "between sets"),
    )
    return [f"{seconds_text(pause)} rest {where}" for pause, where in pauses if pause]


def _how(dosage: Dosage) -> list[str]:
    parts = []
    if dosage.effort_of_ten:
        parts.append(f"effort {range_text(dosage.effort_of_ten)} of 10")
    if dosage.tempo:
        parts.append(f"tempo {dosage.tempo}")
    if dosage.load:
        parts.append(f"load {dosage.load}")
    if dosage.load_side:
        where = LOAD_SIDES[dosage.load_side]
        parts.append(where if dosage.load else f"weight {where}")
    return parts


def _often(dosage: Dosage) -> list[str]:
    parts = []
    if dosage.per_day:
        parts.append(times(dosage.per_day, "a day"))
    if dosage.days_a_week:
        days = counted(dosage.days_a_week, "day", "days")
        parts.append(
            f"{days} a week" if dosage.per_day else times(dosage.days_a_week, "a week")
        )
    if dosage.rest_days:
        parts.append(f"{dosage.rest_days} {'day' if dosage.rest_days == 1 else 'days'} of rest")
    if dosage.weeks:
        parts.append(f"for {counted(dosage.weeks, 'week', 'weeks')}")
    return parts
