// The way through a routine on this device: which side begins, and what the check leaves out.

export const LEAD_INS = ["get_ready", "switch_side", "change_tool", "rest"];
const OTHER = { "Left side": "Right side", "Right side": "Left side" };

/** Tell whether a segment is effort, and no rest or change. */
export function isEffort(segment) {
  return !LEAD_INS.includes(segment.kind) && segment.kind !== "end";
}

/** Begin with the other side wherever a step has both; each side keeps its full length. */
function fromTheRight(segment, steps) {
  if (!steps[segment.step].two_sided || !OTHER[segment.side]) return segment;
  const side = OTHER[segment.side];
  const cue = segment.kind === "switch_side" ? `Now the ${side.toLowerCase()}.` : segment.cue;
  return { ...segment, side, cue };
}

/** What was in the hand may have gone with a step that is left out: say the whole tool again. */
function takeAgain(segment, step) {
  if (segment.fit || !step.take) return segment;
  return { ...segment, fit: step.take, kind: segment.kind === "get_ready" ? "change_tool" : segment.kind };
}

/**
 * The segments of this run; `at` is the place of each in the whole routine. `effects` maps the key
 * of a step to {effect, reasons}; steps that it leaves out are not there, the end always is.
 */
export function plan(data, { startsRight = false, effects = {} } = {}) {
  const isOut = (segment) => effects[data.steps[segment.step].key]?.effect === "leave_out";
  const lostTool = (step) => step > 0 && effects[data.steps[step - 1].key]?.effect === "leave_out";
  const isFirst = (segment, index) => data.segments[index - 1]?.step !== segment.step;
  const whole = data.segments.map((segment, index) => ({ ...segment, at: index }));
  const kept = whole.filter((segment) => segment.kind === "end" || !isOut(segment));
  const told = kept.map((segment) => (isFirst(segment, segment.at) && lostTool(segment.step) && segment.kind !== "end" ? takeAgain(segment, data.steps[segment.step]) : segment));
  return startsRight ? told.map((segment) => fromTheRight(segment, data.steps)) : told;
}

/** Which side of how many this is: [1, 2] on the first side of a step that has both; null elsewhere. */
export function sideCount(segments, index, steps) {
  const segment = segments[index];
  if (!steps[segment.step].two_sided || !OTHER[segment.side]) return null;
  const first = segments.find((part) => part.step === segment.step && OTHER[part.side]);
  return [part(segment.side, first.side), 2];
}

function part(side, first) {
  return side === first ? 1 : 2;
}

/** How many sets a step has; 0 when none are counted. */
export function setsOf(segments, step) {
  return Math.max(0, ...segments.filter((part) => part.step === step).map((part) => part.set));
}

/** How much of each side of a step is over, from 0 to 1: one number, or two where it has both. */
export function sidesDone(segments, index, step, steps) {
  const mine = segments.map((part, at) => ({ ...part, here: at })).filter((part) => part.step === step && isEffort(part));
  const names = steps[step].two_sided ? [...new Set(mine.map((part) => part.side))] : [null];
  return names.map((name) => {
    const ours = name === null ? mine : mine.filter((part) => part.side === name);
    return ours.length ? ours.filter((part) => part.here < index).length / ours.length : 0;
  });
}

/** The first segment of the step that comes after this one; null at the end. */
export function nextUp(segments, index) {
  const later = segments.slice(index + 1).find((part) => part.step !== segments[index].step && part.kind !== "end");
  return later ?? null;
}

/** Where a segment of the whole routine stands in this run; 0 when it is not in it. */
export function placeOf(segments, at) {
  return Math.max(0, segments.findIndex((segment) => segment.at === at));
}

/** A stored place, when it still fits this version of the routine. */
export function resumable(stored, data) {
  const fits = stored && stored.revision === data.revision && stored.profile === data.profile;
  const at = fits ? stored.at : 0;
  return Number.isInteger(at) && at > 0 && at < data.segments.length - 1 ? at : 0;
}
