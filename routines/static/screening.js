// The check on the reader's own device: answers stand in its local storage and nowhere else. Nothing
// here asks the network for anything, so no request can carry them.

const STORE = "routines-check";
const NOTHING = { flags: [], answered: false, anyway: [] };

/** What was answered on this device; where storage is refused, nothing was. */
export function answers() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    const words = (list) => (Array.isArray(list) ? list.filter((one) => typeof one === "string") : []);
    return { flags: words(found.flags), answered: found.answered === true, anyway: words(found.anyway) };
  } catch {
    return NOTHING;
  }
}

function keep(told) {
  try {
    localStorage.setItem(STORE, JSON.stringify(told));
    return true;
  } catch {
    return false;
  }
}

/** Keep what holds for the reader; tells whether this device let us. New answers show nothing anyway. */
export function answer(flags) {
  return keep({ flags: [...flags], answered: true, anyway: [] });
}

/** Forget all of it. */
export function forget() {
  try {
    localStorage.removeItem(STORE);
  } catch {
    // it was never kept
  }
}

/** The routine that this page is about: its page, its player and its sheet are one place. */
export function place() {
  return location.pathname.replace(/\/(play|sheet)$/, "");
}

/** Show a step of this routine as if nothing had been answered, or undo that. */
export function showAnyway(key, wanted = true) {
  const told = answers();
  const name = `${place()}#${key}`;
  const others = told.anyway.filter((one) => one !== name);
  return keep({ ...told, anyway: wanted ? [...others, name] : others });
}

/** Whether the reader asked for a step all the same. */
export function isShownAnyway(key, told = answers()) {
  return told.anyway.includes(`${place()}#${key}`);
}

/** The cautions that hold for this reader. */
export function met(cautions, told = answers()) {
  return cautions.filter((one) => (one.flags ?? []).some((flag) => told.flags.includes(flag)));
}

/** One caution for each answer: what leaves out before what softens, then as they are given. */
export function strongest(cautions, told = answers()) {
  const [out, soft] = ["leave_out", "soften"].map((effect) => met(cautions, told).filter((one) => one.effect === effect));
  const open = new Set(told.flags);
  return [...out, ...soft].filter((one) => one.flags.filter((flag) => open.delete(flag)).length > 0);
}

/**
 * What the answers do to steps: [{key, cautions: [{when, then, flags, effect}]}] becomes
 * {key: {effect: "leave_out" | "soften", reasons: [text]}}; a step that nothing holds for is not in it,
 * nor one that the reader asked for all the same.
 */
export function effects(steps, told = answers()) {
  const found = {};
  for (const { key, cautions = [] } of steps) {
    const mine = isShownAnyway(key, told) ? [] : strongest(cautions, told);
    if (!mine.length) continue;
    found[key] = { effect: mine[0].effect, reasons: mine.map((one) => `${one.when}: ${one.then}`) };
  }
  return found;
}
