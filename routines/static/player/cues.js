// When something is to be heard, felt or seen: plain values in, a list of moments out.
import { lengthOf } from "./clock.js";
import { isEffort } from "./route.js";

const TICKS = [3, 2, 1];
const LONG_ENOUGH_FOR_HALF = 20; // seconds

/** The sound with which a segment begins. */
export function opening(segment) {
  return {
    get_ready: "ready", change_tool: "ready", switch_side: "switch", rest: "end", return: "end", end: "done",
  }[segment.kind] ?? "go";
}

/** The cues inside a segment that runs from one moment to another. */
function inside(segment, begin, end, options) {
  const found = TICKS.map((second) => ({ kind: "tick", at: end - second * 1000 }));
  if (!isEffort(segment)) return found.filter((cue) => cue.at > begin);
  const seconds = segment.seconds;
  if (options.lead > 3 && seconds > options.lead + 2) found.push({ kind: "warn", at: end - options.lead * 1000, seconds: options.lead });
  const half = (begin + end) / 2;
  if (options.isTwoSided(segment) && seconds >= LONG_ENOUGH_FOR_HALF) found.push({ kind: "half", at: half });
  for (let left = options.every; options.every && left < seconds; left += options.every) {
    if (left > options.lead) found.push({ kind: "left", at: end - left * 1000, seconds: left });
  }
  return found.filter((cue) => cue.at > begin + 500);
}

/**
 * All cues from now until a horizon in milliseconds, in order. `options` are lead (3, 5 or 10
 * seconds before the end), every (seconds between two times told; 0 for none), waits, and
 * isTwoSided(segment).
 */
export function cues(run, segments, now, options, horizon = 90_000) {
  const found = [];
  if (run.state !== "running" || run.endsAt === null) return found;
  let { index, endsAt } = run;
  let begin = endsAt - lengthOf(segments[index]);
  while (begin <= now + horizon) {
    const here = index;
    found.push(...inside(segments[here], begin, endsAt, options).map((cue) => ({ ...cue, index: here })));
    const next = segments[here + 1];
    if (!next || (options.waits && next.step !== segments[here].step && next.kind !== "end")) break;
    found.push({ kind: opening(next), at: endsAt, index: here + 1 });
    if (next.kind === "end" || next.seconds === null) break;
    [index, begin, endsAt] = [here + 1, endsAt, endsAt + lengthOf(next)];
  }
  return found.filter((cue) => cue.at > now && cue.at <= now + horizon).sort((a, b) => a.at - b.at);
}
