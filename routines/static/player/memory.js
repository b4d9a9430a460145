// What is kept on this device, and only there: places, choices and how sessions felt.

const PREFIX = "player:";
const MOST_SESSIONS = 200;
const STANDARD = { keys: true, captions: false, lead: 3, every: 0, flash: false, vibrate: false, startsRight: false, textOnly: false, waits: false };

export function read(name) {
  try { return JSON.parse(localStorage.getItem(PREFIX + name)); } catch { return null; }
}

export function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch { /* a private window keeps nothing */ }
}

/** The choices of this device; whatever is not a choice of ours falls back on the usual one. */
export function options() {
  const stored = read("options") ?? {};
  const known = Object.entries(STANDARD).map(([name, usual]) => [name, typeof stored[name] === typeof usual ? stored[name] : usual]);
  return Object.fromEntries(known);
}

/** The sessions of a routine that were answered, oldest first. */
export function sessions(slug) {
  const log = read("log");
  return Array.isArray(log) ? log.filter((entry) => entry?.slug === slug) : [];
}

/** Note a session; an answer that is changed replaces the one of the same session. */
export function note(session) {
  const log = read("log");
  const others = (Array.isArray(log) ? log : []).filter((entry) => entry?.id !== session.id);
  write("log", [...others, session].slice(-MOST_SESSIONS));
}

/** The routines that were left in the middle, by name. */
export function places() {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(`${PREFIX}at:`)).map((name) => name.slice(PREFIX.length));
    return names.map((name) => ({ ...read(name), slug: name.slice(3) })).filter((place) => place.at > 0 && typeof place.title === "string");
  } catch { return []; }
}

/** Forget places, choices and sessions; what is kept for reading offline is another thing. */
export function forget() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  } catch { /* there was nothing */ }
}
