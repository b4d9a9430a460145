"""What the check on the reader's own device asks, in plain words; the answers never come here."""

from dataclasses import dataclass
from typing import get_args

from routines.library.pieces import Flag


@dataclass(frozen=True)
class Question:
    """One thing that may hold for the reader; an urgent one belongs to a doctor first."""

    flag: str
    text: str
    hint: str = ""
    is_urgent: bool = False


RED_FLAGS = "red_flags"  # asked besides the flags of the content: nothing here is for these
URGENT_TEXT = (
    "What you ticked belongs to a doctor before any of this. With weakness that grows, numbness between the legs, "
    "chest pain or short breath, call 112 or your local emergency number now."
)  # fmt: skip

QUESTIONS = (
    Question(
        RED_FLAGS, "Today I have one of these",
        "A swollen, hot or red calf; chest pain or short breath; fever with the pain; pain after a fall; numbness "
        "between the legs; trouble holding or passing water.", is_urgent=True,
    ),
    Question("nerve_signs", "Something tingles, is numb or has lost strength", "In an arm, a hand, a leg or a foot.", is_urgent=True),
    Question("pregnancy", "I am pregnant, or gave birth in the last three months"),
    Question("clot_risk", "I have had a blood clot, or a doctor said that I may get one"),
    Question("blood_thinners", "I take blood thinners, or bruise very easily"),
    Question("heart", "I have a heart condition, or very high blood pressure"),
    Question("osteoporosis", "My bones are thin, or I broke one by a small fall", "Osteoporosis, or long use of cortisone."),
    Question("recent_surgery", "I had an operation in the last three months"),
    Question("implant", "I have an artificial joint, a plate, a pacemaker or another implant"),
    Question("varicose_veins", "I have varicose veins"),
    Question("diabetes", "I have diabetes, or feel less in my feet or legs"),
    Question("skin", "My skin is open, inflamed or infected where I would press"),
    Question("joint_pain", "A knee, hip, wrist or shoulder hurts when it carries weight"),
    Question("balance", "I get dizzy, or do not stand safely on one leg"),
    Question("latex", "I react to latex"),
)  # fmt: skip

FLAGS: tuple[str, ...] = get_args(Flag)
