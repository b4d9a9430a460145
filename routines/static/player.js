// The guided player: turns the numbered page into a timer. Without this script the page is whole.
import * as core from "./player-core.js";

const root = document.querySelector("[data-player]");
const data = JSON.parse(document.getElementById("player-data").textContent);
const { segments, steps } = data;
const one = (selector) => root.querySelector(selector);
const all = (selector) => [...root.querySelectorAll(selector)];
const key = `player:${data.slug}`;

const memory = {
  read(name) { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
  write(name, value) { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* a private window */ } },
};

let run = core.fresh(core.resumable(memory.read(key), data));
let shownIndex = null;
let wasReady = true;
let sound = false;
let speaks = false;
let keys = memory.read("player:keys") !== false;
let audio = null;
let beeps = [];
let lock = null;
let timer = null;

// ---- sound: scheduled ahead on the audio clock, so that a throttled tab still beeps in time

function beep(inSeconds, pitch, length = 0.12) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch;
  volume.gain.value = 0.2;
  tone.connect(volume).connect(audio.destination);
  tone.start(audio.currentTime + inSeconds);
  tone.stop(audio.currentTime + inSeconds + length);
  beeps.push(tone);
}

function schedule() {
  for (const tone of beeps) try { tone.stop(); } catch { /* it has ended */ }
  beeps = [];
  if (!sound || run.state !== "running" || run.endsAt === null) return;
  const left = (run.endsAt - Date.now()) / 1000;
  for (const before of [3, 2, 1]) if (left > before) beep(left - before, 660);
  beep(Math.max(0, left), 990, 0.3);
}

function setSound(on) {
  sound = on;
  press("sound", on);
  // The button answers first: opening the sound device takes a while.
  requestAnimationFrame(() => setTimeout(() => {
    if (sound) openSound();
    schedule();
  }));
}

function openSound() {
  audio ??= new AudioContext();
  audio.resume();
  if (navigator.audioSession) navigator.audioSession.type = "playback";
}

// ---- spoken cues: off until asked for, like the sound

function say(words) {
  if (!speaks) return;
  speechSynthesis.cancel();
  if (words && run.state === "running") speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(words), { lang: document.documentElement.lang }));
}

// ---- the screen stays awake while it runs; its absence is silent

async function awake() {
  if (run.state !== "running") {
    await lock?.release().catch(() => {});
    lock = null;
  } else if (!lock && document.visibilityState === "visible") {
    lock = await navigator.wakeLock?.request("screen").catch(() => null) ?? null;
    lock?.addEventListener("release", () => { lock = null; });
  }
}

// ---- showing

function press(action, on) {
  for (const button of all(`[data-action="${action}"]`)) button.setAttribute("aria-pressed", String(on));
}

function text(selector, value) {
  for (const element of all(selector)) {
    if (element.textContent !== value) element.textContent = value;
    if ("optional" in element.dataset) element.hidden = !value;
  }
}

function showSegment() {
  const segment = segments[run.index];
  const step = steps[segment.step];
  const isOwnPace = segment.seconds === null && !core.LEAD_INS.includes(segment.kind);
  const upNext = core.nextUp(segments, run.index);
  const before = shownIndex === null ? null : segments[shownIndex];
  root.dataset.segmentIndex = run.index;
  root.dataset.kind = segment.kind;
  one("[data-panel]").className = `player-panel ${segment.action}`;
  root.classList.toggle("ready", core.LEAD_INS.includes(segment.kind));
  text("[data-step-title]", segment.kind === "end" ? "Done" : segment.title);
  text("[data-side]", [core.heading(segment), segment.set ? `Set ${segment.set}` : "", segment.side, isOwnPace && step.dose ? step.dose : segment.rep].filter(Boolean).join(" · "));
  text("[data-cue]", [segment.fit, segment.cue].filter(Boolean).join(" "));
  text("[data-count]", `${segment.step + 1} / ${steps.length}`);
  text("[data-next]", upNext ? `Next: ${upNext.title}` : "");
  for (const list of [all("[data-segments] li"), all("[data-step-list] li")]) {
    list.forEach((item, index) => {
      item.classList.toggle("done", index < segment.step || segment.kind === "end");
      if (index === segment.step && segment.kind !== "end") item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  }
  one("[data-next-strip]").hidden = !upNext;
  for (const thumb of all("[data-thumb]")) thumb.hidden = Number(thumb.dataset.thumb) !== upNext?.step;
  const pictures = all("[data-picture]");
  const own = pictures.find((each) => each.dataset.picture === step.key) ?? pictures.at(-1);
  for (const picture of pictures) picture.hidden = picture !== own;
  if (run.state !== "ready") announce(core.announcement(before, segment, step.dose));
  if (navigator.mediaSession) navigator.mediaSession.metadata = new MediaMetadata({ title: segment.title, artist: data.title });
  shownIndex = run.index;
}

function announce(words) {
  if (!words) return;
  text("[data-live]", words);
  say([words, segments[run.index].cue].filter(Boolean).join(" "));
}

function showTime() {
  const now = Date.now();
  const left = core.remaining(run, segments, now);
  text("[data-timer]", left === null ? "Your pace" : core.clock(left));
  one("[data-timer]").classList.toggle("long", left === null);
  const total = core.totalLeft(run, segments, now);
  text("[data-total]", total && data.profile !== "untimed" ? `${core.clock(total)} left in all` : "");
  for (const button of all('[data-action="more"], [data-action="less"]')) button.disabled = left === null;
}

function showCautions() {
  const told = steps[segments[run.index].step].cautions;
  if (one("[data-cautions]").textContent !== told.join("")) {
    one("[data-cautions]").replaceChildren(...told.map((caution) => {
      const line = document.createElement("li");
      line.textContent = caution;
      return line;
    }));
  }
  one("[data-care]").hidden = !told.length;
}

function showState() {
  const before = one("[data-before]");
  const isReady = run.state === "ready";
  root.dataset.state = run.state;
  root.classList.toggle("running", run.state === "running");
  const word = { ready: "Start", running: "Pause", paused: "Go on", done: "Again" }[run.state];
  text("[data-pause-word]", word);
  one("[data-timed]").hidden = run.state === "done";
  one("[data-end]").hidden = run.state !== "done";
  if (before && wasReady !== isReady) before.open = isReady;
  wasReady = isReady;
  one("[data-resume]").hidden = !(run.state === "ready" && run.index > 0);
  if (navigator.mediaSession) navigator.mediaSession.playbackState = run.state === "running" ? "playing" : "paused";
}

function show() {
  const hasMoved = run.index !== shownIndex;
  if (hasMoved) showSegment();
  showState();
  showCautions();
  showTime();
  return hasMoved;
}

function change(next) {
  const old = run;
  run = next;
  const hasMoved = show();
  if (hasMoved || old.state !== run.state || old.endsAt !== run.endsAt) schedule();
  memory.write(key, run.state === "done" ? null : { revision: data.revision, profile: data.profile, index: run.index });
  awake();
  clearInterval(timer);
  timer = run.state === "running" ? setInterval(beat, 200) : null;
  if (run.state === "done" && old.state !== "done") one("[data-end-title]").focus();
}

function beat() {
  const next = core.tick(run, segments, Date.now());
  if (next === run) showTime();
  else change(next);
}

// ---- acting

const actions = {
  pause() {
    if (run.state === "done") return actions.restart();
    if (run.state === "ready") window.scrollTo(0, 0);
    const goes = run.state !== "running";
    change(goes ? core.start(run, segments, Date.now()) : core.pause(run, Date.now()));
    if (goes) announce(core.announcement(null, segments[run.index], steps[segments[run.index].step].dose));
    else say("");
  },
  next: () => change(core.moveTo(run, segments, run.index + 1, Date.now())),
  previous: () => change(core.previous(run, segments, Date.now())),
  more: () => change(core.adjust(run, segments, 15, Date.now())),
  less: () => change(core.adjust(run, segments, -15, Date.now())),
  restart: () => { change(core.fresh()); one('[data-action="pause"]').focus(); },
  sound: () => setSound(!sound),
  speak() {
    if (speaks) speechSynthesis.cancel();
    speaks = !speaks;
    press("speak", speaks);
  },
  full: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()).catch(() => {}),
  keys() {
    keys = !keys;
    memory.write("player:keys", keys);
    press("keys", keys);
  },
};

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action], [data-felt], [data-go]");
  if (!button) return;
  if (button.dataset.action) actions[button.dataset.action]();
  if (button.dataset.go) change(core.moveTo(run, segments, segments.findIndex((part) => part.step === Number(button.dataset.go)), Date.now()));
  if (button.dataset.felt) {
    const log = memory.read("player:log") ?? [];
    memory.write("player:log", [...log, { slug: data.slug, felt: button.dataset.felt, at: new Date().toISOString() }].slice(-100));
    for (const other of all("[data-felt]")) other.setAttribute("aria-pressed", String(other === button));
    text("[data-felt-note]", "Noted on this device, and nowhere else.");
  }
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea, [contenteditable]");
  if (!keys || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const isOnControl = event.target.closest("button, a, summary");
  const wanted = { " ": isOnControl ? null : "pause", ArrowRight: "next", ArrowLeft: "previous", m: "sound", M: "sound", c: "speak", C: "speak" }[event.key];
  if (!wanted || (wanted === "speak" && !window.speechSynthesis)) return;
  event.preventDefault();
  actions[wanted]();
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  if (run.state === "running") beat();
  awake();
});

if (navigator.mediaSession) {
  const handlers = { play: "pause", pause: "pause", nexttrack: "next", previoustrack: "previous" };
  for (const [name, action] of Object.entries(handlers)) {
    try { navigator.mediaSession.setActionHandler(name, actions[action]); } catch { /* not known here */ }
  }
}

one("[data-plain]").hidden = true;
one("[data-timed]").hidden = false;
root.classList.add("scripted");
press("keys", keys);
press("sound", false);
if (!window.speechSynthesis) one('[data-action="speak"]').remove();
if (!document.fullscreenEnabled) one('[data-action="full"]').remove();
document.addEventListener("fullscreenchange", () => press("full", Boolean(document.fullscreenElement)));
addEventListener("pagehide", () => { speaks = false; window.speechSynthesis?.cancel(); });
show();
