// Single keys, which can be switched off, and are off wherever somebody types.

const KEYS = {
  " ": "pause", ArrowRight: "next", ArrowLeft: "previous", j: "back10", l: "on10", r: "repeat",
  m: "sound", c: "captions", "?": "help",
};

export function listenToKeys(isOn, actions) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, select, textarea, video, [contenteditable]");
    const isTaken = event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]");
    if (!isOn() || isTyping || isTaken) return;
    const wanted = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!wanted || (event.key === " " && event.target.closest("button, a, summary"))) return;
    event.preventDefault();
    actions[wanted]();
  });
}
