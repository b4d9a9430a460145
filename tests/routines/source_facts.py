"""The facts of the five source pages: how the data hold each, and where it is seen.

The numbers are those of the list of facts that the project began from.
"""

from collections.abc import Callable
from typing import NamedTuple

from routines.library import service, vocabulary
from routines.library.documents import Article, Programme, Routine
from routines.library.pieces import Range, Step
from routines.library.rules.problems import problems

CRAMPS, SIT_BONE = "hamstring-cramps-press-and-stretch", "sit-bone-routine"
USER, MARCH = "glute-user", "runners-hinge-to-march"
PROGRAMME, LEG, GLUTE = (
    "glutes-for-hamstrings",
    "leg-cramps",
    "weak-glutes-and-hamstring-cramps",
)


class Content:
    """What the demo pack holds."""

    def __init__(self, db) -> None:
        self.found = {(one.kind, one.slug): one.document for one in service.all_documents(db)}
        self.words = vocabulary.everything(db)

    def routine(self, slug: str) -> Routine:
        return self.found["routine", slug]

    def step(self, slug: str, key: str) -> Step:
        return next(step for part in self.routine(slug).sections for step in part.steps if step.key == key)  # fmt: skip

    def programme(self) -> Programme:
        return self.found["programme", PROGRAMME]

    def article(self, slug: str) -> Article:
        return self.found["article", slug]

    def exercise(self, slug: str):
        return self.words["exercise"][slug]


class Fact(NamedTuple):
    """A fact: how the data hold it, on which page it is seen, and in which words."""

    number: str
    name: str
    holds: Callable[[Content], object]
    page: str
    shown: tuple[str, ...]


def of(least: int, most: int | None = None) -> Range:
    return Range(least=least, most=most or least)


def cues(step: Step) -> set[str]:
    return {cue.kind for cue in step.exercise.cues}


def calls(document) -> dict:
    return {call.kind: call for call in document.calls}


def lacks(document, **changed) -> str:
    return " ".join(str(one) for one in problems(document.model_copy(update=changed)))


def is_refused(content: dict) -> bool:
    try:
        Routine.model_validate(content)
    except ValueError:
        return True
    return False


FACTS = [
    Fact("1", "facets of a routine: body part, several tools, level",
         lambda c: c.routine(CRAMPS).body_parts == ("back-of-thigh",) and c.routine(CRAMPS).level == "intermediate",
         "/routines/?body_part=back-of-thigh&tool=strap&tool=mini-roller&level=intermediate",
         ("Hamstring cramps: press and stretch", "Remove filter Stretching strap", "Remove filter Intermediate")),
    Fact("2", "a tool is named down to its attachment",
         lambda c: any(t.component == "spherical-handle" and t.attachment == "pointed-attachment" for t in c.step(CRAMPS, "press-outer").tools),
         f"/routines/{CRAMPS}", ("Spherical handle with the pointed attachment",)),
    Fact("3", "jump to the routine or keep reading",
         lambda c: len(c.routine(CRAMPS).sections) == 2 and "## What this routine is for" in c.routine(CRAMPS).body,
         f"/routines/{CRAMPS}", ("Read the steps", "What this routine is for")),
    Fact("4", "two parts, with a caution that belongs to a part",
         lambda c: [p.title[:6] for p in c.routine(CRAMPS).sections] == ["Part 1", "Part 2"] and c.routine(CRAMPS).sections[0].cautions,
         f"/routines/{CRAMPS}", ("Part 1: press and roll", "Part 2: stretch", "Leave Part 1 out.")),
    Fact("5", "do not sit back on the heels if the knees hurt; the alternative is told",
         lambda c: any("heels" in one.then and "joint_pain" in one.flags for one in c.step(CRAMPS, "kneeling-fold").cautions),
         f"/routines/{CRAMPS}", ("Your knees hurt when you sit back: Do not sit back on the heels.", "or do it standing")),
    Fact("6", "six days a week, one day of rest",
         lambda c: (c.routine(CRAMPS).schedule.days_a_week, c.routine(CRAMPS).schedule.rest_days) == (of(6), 1),
         f"/routines/{CRAMPS}", ("6 days a week, 1 day of rest",)),
    Fact("7", "the same routine as a warm-up",
         lambda c: {"warm_up", "relief"} <= {mode.context for mode in c.routine(CRAMPS).use_modes},
         f"/routines/{CRAMPS}", ("As a warm-up: Before sport.",)),
    Fact("8a", "three muscles, from the sit bone to below the knee",
         lambda c: {"biceps-femoris", "semitendinosus", "semimembranosus"} <= set(c.words["muscle"]) and "sit bone" in c.words["muscle"]["biceps-femoris"].facts,
         "/points/outer-hamstring", ("Musculus biceps femoris", "From the sit bone to the outside of the lower leg", "It bends the knee and straightens the hip.")),
    Fact("8b", "a cramp lasts up to ten minutes and leaves the place tender",
         lambda c: any("10 minutes" in line for line in c.words["condition"]["leg-cramps"].symptoms),
         "/conditions/leg-cramps", ("about 10 minutes", "tender for a day or two")),
    Fact("9", "a call to the shop with the tools of this routine",
         lambda c: calls(c.routine(CRAMPS))["shop"], f"/routines/{CRAMPS}", ("Put the missing tools in the cart, €",)),
    Fact("10", "a letter every two weeks",
         lambda c: "every two weeks" in calls(c.routine(CRAMPS))["newsletter"].label, "/newsletter", ("every two weeks",)),
    Fact("11", "an encyclopedia article that belongs to a condition",
         lambda c: c.article(LEG).kind == "encyclopedia" and "leg-cramps" in c.article(LEG).conditions,
         "/conditions/leg-cramps", ("What a leg cramp is, what may bring it on",)),
    Fact("12", "related routines, each with a reason and its minutes",
         lambda c: {"calf-loosener", "whole-leg-toes-to-hips"} <= {one.slug for one in c.routine(CRAMPS).related},
         f"/routines/{CRAMPS}", ("8 minutes for the neighbour below the knee", "The whole leg, from the toes to the hips")),
    Fact("13", "data are not buried in prose",
         lambda c: all(s.dosage.model_dump(exclude_defaults=True) for p in c.routine(CRAMPS).sections for s in p.steps),
         f"/routines/{CRAMPS}", ("45 seconds each side, effort 5–6 of 10",)),
    Fact("14", "phases in order, the first one before the second",
         lambda c: [phase.key for phase in c.programme().phases] == ["find", "use", "drive"],
         f"/routines/{USER}", ("Phase 1",)),
    Fact("15", "two weeks apart, and the teaser of what is closed is public",
         lambda c: [phase.unlock_days for phase in c.programme().phases] == [0, 14, 14] and c.programme().phases[2].teaser,
         f"/programmes/{PROGRAMME}", ("14 days", "Jumps come in.")),
    Fact("16", "phases are named by what you do with the muscle",
         lambda c: [phase.name.split()[0] for phase in c.programme().phases] == ["Find", "Use", "Drive"],
         f"/programmes/{PROGRAMME}", ("Find them", "Use them", "Drive with them", "You land softly, stand still, and jump from there.")),
    Fact("17", "from two legs to one, once the first is mastered",
         lambda c: next(p for p in c.step(USER, "double-leg-hinge").progressions if p.to_step == "single-leg-hinge").criterion.startswith("You have mastered"),
         f"/routines/{USER}", ("Go on to the single-leg hinge.", "you have mastered the double-leg hinge")),
    Fact("18", "8 each side, 3 to 4 sets, 3 times a week",
         lambda c: (d := c.step(USER, "single-leg-hinge").dosage) and (d.sets, d.reps, d.sides) == (of(3, 4), of(8), "each") and c.routine(USER).schedule.days_a_week == of(3),
         f"/routines/{USER}", ("3–4 sets × 8 each side", "3 times a week")),
    Fact("19", "where a movement starts and where it ends",
         lambda c: (e := c.step(USER, "double-leg-hinge").exercise) and e.start_position and e.end_position,
         f"/routines/{USER}", ("hands on the hip creases", "You end like this: the hips have moved straight back")),
    Fact("20", "cues by kind: how to set up, what to do, what to feel, what goes wrong",
         lambda c: {"setup", "action", "feel", "mistake"} <= cues(c.step(USER, "double-leg-hinge")),
         f"/routines/{USER}", ("at the back of the hip", "Not the front of the thigh.", "Weight stays in the heels.")),
    Fact("21", "a chair or a bench, which no shop part is",
         lambda c: any(t.household == "A chair or bench" for t in c.step(USER, "rear-foot-elevated-split-squat").tools),
         f"/routines/{USER}", ("A chair or bench", "From home")),
    Fact("22", "an author with credentials",
         lambda c: c.routine(USER).author.credentials and c.routine(USER).author.demo,
         f"/routines/{USER}", ("Written by", "Tomas Brandt", "Demo author, not a real clinician")),
    Fact("23", "numbered references with year, volume and pages",
         lambda c: {(r.year, r.volume, r.pages) for r in c.article(GLUTE).references} >= {(2010, "40(2)", "112–119"), (2019, "49(Suppl 2)", "115–124")},
         f"/library/{GLUTE}", ("Journal of Orthopaedic & Sports Physical Therapy. 2010. 40(2):112–119", "[1]", "[2]")),
    Fact("24", "a call to book an appointment",
         lambda c: calls(c.programme())["booking"].target.startswith("https://"),
         f"/programmes/{PROGRAMME}", ("Book a session (demo link)",)),
    Fact("25", "an article around a film, whose claims carry a source",
         lambda c: c.article("watch-the-strap-stretch").kind == "video" and "cites none" in lacks(c.article("watch-the-strap-stretch"), body="A study found it."),
         "/library/watch-the-strap-stretch", ("Watch it: the strap stretch", "Whether stretching in between keeps the next one away is not settled", "[1]")),
    Fact("26", "claims that differ, each with its source and the day of the last check",
         lambda c: "Nobody knows for sure" in c.article(LEG).body and "wagner-2010" in {r.key for r in c.article(GLUTE).references} and c.article(LEG).review.on,
         f"/library/{LEG}", ("Nobody knows for sure", "That is a single person.", "last checked")),
    Fact("27", "a condition with synonyms, what feels alike, red flags, and surgery only rarely",
         lambda c: (k := c.words["condition"]["hamstring-syndrome"]) and "proximal hamstring tendinopathy" in k.synonyms and "piriformis-syndrome" in k.overlaps and k.red_flags,
         "/conditions/hamstring-syndrome", ("proximal hamstring tendinopathy", "Piriformis syndrome", "See a doctor when", "An operation is rarely needed.")),
    Fact("28", "swim or cycle instead of running",
         lambda c: any("Swim or cycle" in one.then for one in c.routine(SIT_BONE).instead),
         f"/routines/{SIT_BONE}", ("Swim or cycle meanwhile.",)),
    Fact("29", "both legs evenly",
         lambda c: "Both legs evenly" in c.routine(SIT_BONE).sections[1].intro,
         f"/routines/{SIT_BONE}", ("Both legs evenly, also when only one of them aches.",)),
    Fact("30", "bridge: 3 sets of 10, twice a day",
         lambda c: (d := c.step(SIT_BONE, "double-leg-bridge").dosage) and (d.sets, d.reps, d.per_day) == (of(3), of(10), of(2)),
         f"/routines/{SIT_BONE}", ("3 sets × 10", "twice a day")),
    Fact("31", "ball curl: 10 times, and nothing else is said",
         lambda c: c.step(SIT_BONE, "ball-curl").dosage.model_dump(exclude_defaults=True).keys() == {"reps", "sides"},
         f"/routines/{SIT_BONE}", ("10 times",)),
    Fact("32", "plank: hold 3 seconds or as long as you can, 3 back, 5 to 10 times a side",
         lambda c: (d := c.step(SIT_BONE, "plank-hip-extension").dosage) and (d.hold_seconds, d.hold_open_ended, d.return_seconds, d.reps, d.sides) == (of(3), True, 3, of(5, 10), "each"),
         f"/routines/{SIT_BONE}", ("5–10 times, hold 3 seconds or as long as you can, 3 seconds back each side", "hold for 3 seconds or as long as you can, lower over 3 seconds")),
    Fact("33", "a stability ball, which the shop does not sell",
         lambda c: any(t.household == "A stability ball" and t.role == "required" for t in c.step(SIT_BONE, "ball-curl").tools),
         f"/routines/{SIT_BONE}", ("A stability ball", "We do not sell one.", "From home")),
    Fact("34", "references with a month and no journal",
         lambda c: {(r.year, r.month, r.container) for r in c.routine(SIT_BONE).references} == {(2014, 6, None), (2017, 7, None)},
         f"/routines/{SIT_BONE}", ("Muscle activation during various hamstring exercises. 2014-06", "Impact of exercise selection on hamstring muscle activation. 2017-07")),
    Fact("35", "a claim in the text points at its reference",
         lambda c: "[@mcallister-2014]" in c.routine(SIT_BONE).body,
         f"/routines/{SIT_BONE}", ("Different exercises load different parts of the hamstrings [1]",)),
    Fact("36", "who and when; without an author nothing is published",
         lambda c: is_refused(c.routine(MARCH).model_dump() | {"author": {"name": "", "credentials": ""}}),
         f"/routines/{MARCH}", ("Written by", "Checked by", "26 October 2026", "Strengthen")),
    Fact("37", "2 to 3 sets of 10 on each side",
         lambda c: (d := c.step(MARCH, "hinge-to-march").dosage) and (d.sets, d.reps, d.sides) == (of(2, 3), of(10), "each"),
         f"/routines/{MARCH}", ("2–3 sets × 10 each side",)),
    Fact("38", "easier with the arms out, harder with hands on the hips",
         lambda c: any(p.direction == "easier" and "both arms" in p.how for p in c.step(MARCH, "hinge-to-march").progressions),
         f"/routines/{MARCH}", ("Stretch both arms out to the sides", "hands on your hips")),
    Fact("39", "a weight on the side of the lifted leg; the other side makes it easier",
         lambda c: any(p.load and p.load_side == "lifted_leg" for p in c.step(MARCH, "hinge-to-march").progressions) and any("counterbalances" in cue.text for cue in c.step(MARCH, "hinge-to-march").exercise.cues),
         f"/routines/{MARCH}", ("on the side of the lifted leg", "makes it easier, not harder")),
    Fact("40", "what to take away, in short",
         lambda c: c.article(GLUTE).takeaway, f"/library/{GLUTE}", ("In short", "it is not proof")),
    Fact("41", "a call to members with a line of proof",
         lambda c: calls(c.routine(MARCH))["membership"].proof, f"/routines/{MARCH}", ("Try the membership (demo link)", "no members whom it could count")),
    Fact("42", "what else is worth reading, and why",
         lambda c: all(one.reason for one in c.routine(MARCH).related) and len(c.routine(MARCH).related) == 3,
         f"/routines/{MARCH}", ("Go on from here", "Where the hinge is built up from two legs to one")),
    Fact("43", "fourteen days free",
         lambda c: calls(c.routine(MARCH))["membership"].trial_days == 14, f"/routines/{MARCH}", ("14 days free",)),
]  # fmt: skip

TABLE = [
    Fact("row 1", "pressure points for hamstring cramps", lambda c: {c.exercise(s).exercise.action for s in ("press-outer-hamstring", "press-inner-hamstring")} == {"press"},
         f"/routines/{CRAMPS}", ("Press the outer hamstring", "Press the inner hamstring", "Mini foam roller")),
    Fact("row 2", "stretches for hamstring cramps", lambda c: c.exercise("kneeling-hamstring-fold").exercise.start_position.startswith("Kneel"),
         f"/routines/{CRAMPS}", ("Kneeling hamstring fold", "Leg up with the strap")),
    Fact("row 3", "double leg hinge", lambda c: any(p.to_exercise == "single-leg-hinge" for p in c.exercise("double-leg-hinge").progressions) and c.exercise("double-leg-hinge").exercise.sidedness == "bilateral",
         f"/routines/{USER}", ("Double-leg hinge", "3–4 sets × 8")),
    Fact("row 4", "single leg hinge", lambda c: c.exercise("single-leg-hinge").exercise.sidedness == "per_side" and c.exercise("single-leg-hinge").exercise.variations == c.exercise("double-leg-hinge").exercise.variations,
         f"/routines/{USER}", ("Single-leg hinge", "Only once the double-leg hinge is mastered.")),
    Fact("row 5", "rear-foot-elevated split squat", lambda c: c.exercise("rear-foot-elevated-split-squat").dosage.reps == of(8),
         f"/routines/{USER}", ("Split squat, rear foot on a chair",)),
    Fact("row 6", "double leg bridge", lambda c: c.exercise("double-leg-bridge").dosage.per_day == of(2), f"/routines/{SIT_BONE}", ("Double-leg bridge", "knees bent, feet flat")),
    Fact("row 7", "hamstring curl on the ball", lambda c: c.exercise("ball-hamstring-curl").dosage.sets is None, f"/routines/{SIT_BONE}", ("Hamstring curl on the ball", "calves and heels on the ball")),
    Fact("row 8", "plank with hip extension", lambda c: c.exercise("plank-with-hip-extension").dosage.hold_open_ended, f"/routines/{SIT_BONE}", ("Forearm plank with hip extension",)),
    Fact("row 9", "hinge to march", lambda c: c.exercise("hinge-to-march").dosage.sets == of(2, 3), f"/routines/{MARCH}", ("Hinge to march", "with a soft knee")),
    Fact("row 10", "forward folds and leg swings, no number given", lambda c: c.exercise("forward-fold").dosage.reps is None and c.exercise("leg-swings").dosage.sets is None,
         f"/routines/{SIT_BONE}", ("Gentle forward fold", "Leg swings")),
]  # fmt: skip
