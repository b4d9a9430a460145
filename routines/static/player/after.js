// After a session: how it was, what that means for the next time, and when to stop. All of it stays here.
import * as memory from "./memory.js";
import { all, one, text } from "./view.js";

export const PAIN_LIMIT = 6;
export const PAIN_RISE = 2;
const EFFORT = { easy: 3, right: 6, hard: 9 }; // of 10

/** Tell whether pain went past the limit: too much now, or clearly more than before. */
export function mustStop({ before = null, after = null }) {
  return after !== null && (after >= PAIN_LIMIT || (before !== null && after - before >= PAIN_RISE));
}

/** How many sessions in a row, up to the last, were no harder than this and without too much pain. */
function streak(sessions, effort) {
  const bad = [...sessions].reverse().findIndex((one) => !one.felt || mustStop(one) || EFFORT[one.felt] > effort);
  return bad < 0 ? sessions.length : bad;
}

/**
 * What to change next time: every easier way after too much, and each harder way whose own
 * sign has come: its effort (an easy session unless it says another) for so many sessions.
 */
export function suggestions(steps, sessions) {
  const last = sessions.at(-1);
  if (!last?.felt) return [];
  const wantsEasier = last.felt === "hard" || mustStop(last);
  const isTime = (way) => streak(sessions, way.effort_at_most ?? EFFORT.easy) >= (way.after_sessions ?? 1);
  const fits = (way) => (wantsEasier ? way.direction === "easier" : way.direction === "harder" && isTime(way));
  return steps.flatMap((step) => step.ways.filter(fits).map((way) => ({ ...way, title: step.title })));
}

function verdict(session, found) {
  if (mustStop(session)) return "That is more pain than this routine should leave behind.";
  if (session.felt === "hard") return found.length ? "Make it easier next time:" : "Next time, take the short version or fewer repetitions.";
  if (found.length) return "Next time you could make it harder:";
  return session.felt ? "Do the same next time." : "";
}

function line(way) {
  const item = document.createElement("li");
  const sign = way.criterion && way.direction === "harder" ? ` If this is so: ${way.criterion}` : "";
  item.append(Object.assign(document.createElement("strong"), { textContent: `${way.title}: ` }), `${way.how}${sign}`);
  return item;
}

function show(session, steps, slug) {
  const found = suggestions(steps, memory.sessions(slug));
  for (const button of all("[data-felt]")) button.setAttribute("aria-pressed", String(button.dataset.felt === session.felt));
  one("[data-stop]").hidden = !mustStop(session);
  text("[data-verdict]", verdict(session, found));
  one("[data-ways]").replaceChildren(...found.map(line));
  text("[data-felt-note]", "Noted on this device, and nowhere else.");
}

function number(select) {
  return select.value === "" ? null : Number(select.value);
}

/** Begin to ask about a session; each answer that is given is kept at once, and can be changed. */
export function ask(data, steps) {
  const now = new Date().toISOString();
  const session = { id: `${data.slug} ${now}`, slug: data.slug, revision: data.revision, at: now, felt: null, before: number(one("[data-pain=before]")), after: null };
  for (const button of all("[data-felt]")) button.setAttribute("aria-pressed", "false");
  one("[data-stop]").hidden = true;
  for (const part of ["[data-verdict]", "[data-felt-note]"]) text(part, "");
  one("[data-ways]").replaceChildren();
  return (answer) => {
    Object.assign(session, answer ?? { after: number(one("[data-pain=after]")) });
    memory.note(session);
    show(session, steps, data.slug);
  };
}
