"""Read when somebody wants to do a routine, from the address of a calendar."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import available_timezones

from werkzeug.datastructures import MultiDict

from routines.library.pieces import Dosage
from routines.sheets.days import Choice, days_of, weeks_of
from storefront.public import Invalid, guards

DAY = re.compile(r"[0-6]")
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(:00)?")
MORNING_AND_EVENING = (time(8), time(19), time(13), time(16))
MOST_TIMES = len(MORNING_AND_EVENING)
MOST_WEEKS = 52


def choice(
    fields: MultiDict[str, str], schedule: Dosage, now: datetime, default_zone: str
) -> Choice:
    """Read a choice; what is not said comes from the schedule, and begins tomorrow.

    Args:
        fields: `start` (ISO date), `day` (0-6, Monday is 0), `time` (HH:MM), `weeks`, `zone`, `remind` (minutes).
        schedule: how often the routine is to be done.
        now: the present moment.
        default_zone: an IANA name, for those who do not say where they are.

    Raises:
        Invalid: a field cannot be read, or the routine states no days and none were chosen.
    """
    wrong: dict[str, str] = {}
    days = _days(fields, schedule, wrong)
    read = Choice(
        start=_start(fields, now, wrong), days=days, times=_times(fields, schedule, wrong),
        weeks=_number(fields, "weeks", weeks_of(schedule), 1, MOST_WEEKS, wrong) or 1,
        zone=_zone(fields, default_zone, wrong), remind_minutes=_number(fields, "remind", None, 0, 240, wrong),
    )  # fmt: skip
    if wrong:
        raise Invalid("The calendar was not made yet.", fields=wrong)
    return read


def days_told(fields: MultiDict[str, str]) -> tuple[int, ...]:
    """Read the days that can be read, to keep them in the form."""
    return tuple(int(each) for each in guards.several(fields, "day") if DAY.fullmatch(each))


def several_times(fields: MultiDict[str, str]) -> list[str]:
    """Read the times that can be read, to keep them in the form."""
    return [each for each in guards.several(fields, "time") if CLOCK.fullmatch(each)][:MOST_TIMES]  # fmt: skip


def times_for(schedule: Dosage) -> tuple[time, ...]:
    """Propose as many times of the day as the schedule asks for, early ones first."""
    many = min(schedule.per_day.least, MOST_TIMES) if schedule.per_day else 1
    return tuple(sorted(MORNING_AND_EVENING[:many])) if many > 1 else (time(19),)


def _days(
    fields: MultiDict[str, str], schedule: Dosage, wrong: dict[str, str]
) -> tuple[int, ...]:
    told = guards.several(fields, "day")
    if any(not DAY.fullmatch(each) for each in told):
        wrong["day"] = "Choose days from Monday to Sunday."
        return (0,)
    chosen = tuple(sorted({int(each) for each in told})) or days_of(schedule)
    if not chosen:
        wrong["day"] = "This routine leaves the days to you. Choose at least one."
    return chosen or (0,)


def _start(fields: MultiDict[str, str], now: datetime, wrong: dict[str, str]) -> date:
    told, today = fields.get("start", "").strip(), now.date()
    if not told:
        return today + timedelta(days=1)
    try:
        found = date.fromisoformat(told)
    except ValueError:
        wrong["start"] = "Write the first day as 2026-11-23."
        return today
    if not today - timedelta(days=366) <= found <= today + timedelta(days=2 * 366):
        wrong["start"] = "Choose a first day within two years."
        return today
    return found


def _times(
    fields: MultiDict[str, str], schedule: Dosage, wrong: dict[str, str]
) -> tuple[time, ...]:
    told = [each for each in guards.several(fields, "time") if each.strip()]
    if len(told) > MOST_TIMES or any(not CLOCK.fullmatch(each) for each in told):
        wrong["time"] = "Write up to four times of the day, such as 19:30."
        return ()
    return tuple(sorted({time.fromisoformat(each) for each in told})) or times_for(schedule)


def _zone(fields: MultiDict[str, str], default: str, wrong: dict[str, str]) -> str:
    told = fields.get("zone", "").strip()
    if told and told not in available_timezones():
        wrong["zone"] = "Choose a time zone such as Europe/Berlin."
        return default
    return told or default


def _number(
    fields: MultiDict[str, str], name: str, default: int | None, least: int, most: int, wrong: dict[str, str]
) -> int | None:  # fmt: skip
    told = fields.get(name, "").strip()
    if not told:
        return default
    found = guards.whole(told, least=least, most=most)
    if found is None:
        wrong[name] = f"Write a whole number from {least} to {most}."
    return found
