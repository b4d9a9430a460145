import pytest

from routines.library.dosage import dosage_text
from routines.library.pieces import Dosage

WRITTEN = [
    ({}, ""),
    ({"sets": "3-4", "reps": 8, "sides": "each", "days_a_week": 3}, "3–4 sets × 8 each side, 3 times a week"),
    ({"sets": 1, "reps": 10}, "1 set × 10"),
    ({"reps": 1}, "1 time"),
    ({"reps": "5-10", "hold_seconds": 3, "hold_open_ended": True, "return_seconds": 3, "sides": "each"},
     "5–10 times, hold 3 seconds or as long as you can, 3 seconds back each side"),
    ({"hold_open_ended": True}, "hold as long as you can"),
    ({"sets": 2, "hold_seconds": 1}, "2 sets × hold 1 second"),
    ({"duration_seconds": 45, "sides": "each", "effort_of_ten": "5-6"}, "45 seconds each side, effort 5–6 of 10"),
    ({"duration_seconds": 120}, "2 minutes"),
    ({"duration_seconds": 90}, "90 seconds"),
    ({"sets": 3, "reps": 10, "sides": "both", "per_day": 2}, "3 sets × 10 both sides together, twice a day"),
    ({"per_day": 1, "days_a_week": 6, "rest_days": 1}, "once a day, 6 days a week, 1 day of rest"),
    ({"per_day": 1, "days_a_week": 1}, "once a day, 1 day a week"),
    ({"days_a_week": 1, "weeks": 1}, "once a week, for 1 week"),
    ({"days_a_week": "2-3", "weeks": "4-6", "rest_days": 2}, "2–3 times a week, 2 days of rest, for 4–6 weeks"),
    ({"sets": 2, "reps": 6, "rest_between_sets_seconds": 60}, "2 sets × 6, 60 seconds rest between sets"),
    ({"reps": 6, "rest_between_reps_seconds": 1, "rest_between_sides_seconds": 5},
     "6 times, 1 second rest between repetitions, 5 seconds rest between sides"),
    ({"reps": 6, "sides": "alternate", "tempo": "3-1-1"}, "6 times alternating sides, tempo 3-1-1"),
    ({"reps": 8, "load": "5 kg", "load_side": "lifted_leg"}, "8 times, load 5 kg, on the side of the lifted leg"),
    ({"reps": 8, "load_side": "both_hands"}, "8 times, weight shared by both hands"),
    ({"rest_days": 0, "return_seconds": 0, "rest_between_sets_seconds": 0}, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "text"), WRITTEN, ids=[text or "nothing" for _, text in WRITTEN]
)
def test_a_dosage_is_written_as_people_say_it(stated, text):
    assert dosage_text(Dosage(**stated)) == text
