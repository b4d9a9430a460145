// The guided player: turns the numbered page into a timer. Without this script the page is whole.
import "./check.js";
import * as check from "./screening.js";
import { ask } from "./player/after.js";
import * as clock from "./player/clock.js";
import { keepChoices, listenToChoices, showChoices } from "./player/choices.js";
import { cues, opening } from "./player/cues.js";
import { makeFilm } from "./player/film.js";
import { forgetAll, lookAtKept, toggleKept } from "./player/kept.js";
import { listenToKeys } from "./player/keys.js";
import { loop } from "./player/loop.js";
import * as memory from "./player/memory.js";
import { isEffort, placeOf, plan, resumable } from "./player/route.js";
import * as screen from "./player/screen.js";
import { makeSound } from "./player/sound.js";
import * as view from "./player/view.js";
import { canSpeak, makeVoice } from "./player/voice.js";
import { announcement, cueText } from "./player/words.js";

const { all, one, press, root, text } = view;
const data = JSON.parse(document.getElementById("player-data").textContent);
const { steps } = data;
const BEAT = 200; // milliseconds
const PLAN_AGAIN = 30_000; // milliseconds; cues are planned for three times as long
const LATE = 1500; // milliseconds; what is older is told no more

const options = memory.options();
const sound = makeSound(root.dataset.quiet);
const voice = makeVoice((words) => text("[data-caption]", options.captions ? words : ""));
const keepAwake = screen.makeAwake((refused) => { one("[data-dim]").hidden = !refused; });

let effects = {};
let segments = plan(data, options);
let run = clock.fresh(placeOf(segments, resumable(memory.read(`at:${data.slug}`), data)));
let shownIndex = null;
let lastState = null;
let soundIsOn = false;
let amount = 10;
let upcoming = [];
let plannedAt = 0;
let timer = null;
let film = null;
let asked = () => {}; // takes the answers about a session, once it is over

const now = () => Date.now();
const isShort = () => options.vibrate || data.is_cramp;
const current = () => segments[run.index];

// ---- cues: heard, felt, seen and spoken

function planCues(first = []) {
  const isTwoSided = (segment) => steps[segment.step].two_sided;
  plannedAt = now();
  upcoming = [...first, ...cues(run, segments, plannedAt, { ...options, isTwoSided })];
  if (soundIsOn) sound.plan(upcoming, plannedAt);
}

function tellCues(moment) {
  while (upcoming.length && upcoming[0].at <= moment) {
    const cue = upcoming.shift();
    if (moment - cue.at > LATE) continue;
    feel(cue);
    voice.say(cueText(cue));
  }
  if (moment - plannedAt > PLAN_AGAIN) planCues();
}

function feel(cue) {
  if (isShort()) screen.buzz(cue.kind);
  if (options.flash && cue.kind !== "tick") view.pulse();
}

function tell(before) {
  const segment = current();
  const words = announcement(before, segment, steps[segment.step].dose);
  if (!words) return;
  text("[data-live]", words);
  voice.say([words, segment.cue].filter(Boolean).join(" "));
}

// ---- showing
function show() {
  const hasMoved = run.index !== shownIndex;
  if (hasMoved) {
    const before = shownIndex === null ? null : segments[shownIndex];
    amount = view.showSegment(segments, run.index, steps, effects);
    film?.show(steps[current().step].clip);
    if (run.state !== "ready") tell(before);
    screen.tellMedia(current().title, data.title, view.pictureAddress());
    shownIndex = run.index;
  }
  view.showState(run, segments);
  showTime();
}

function showTime() {
  const moment = now();
  view.showTime(run, segments, steps, moment, data.profile === "untimed");
  const length = clock.lengthOf(current());
  if (length !== null && isEffort(current())) film?.sync(length - clock.remaining(run, segments, moment));
}

function change(next, isByItself = false) {
  const old = run;
  run = next;
  delete root.dataset.resumed;
  show();
  const isRunning = run.state === "running";
  if (!isByItself) planCues();
  keep();
  keepAwake(isRunning);
  screen.tellMediaState(isRunning);
  film?.run(isRunning && isEffort(current()));
  move(isRunning);
  if (soundIsOn) sound.play(isRunning);
  if (isRunning !== (timer !== null)) {
    clearInterval(timer);
    timer = isRunning ? setInterval(beat, BEAT) : null;
  }
  if (run.state !== lastState) stateChanged(old);
  lastState = run.state;
}

/** The step's movement over its still, where nobody asked for stillness and no film stands there. */
function move(isRunning) {
  const step = steps[current().step];
  const isOn = isRunning && !screen.wantsStillness() && !(film && step.clip);
  for (const box of all("[data-moves]")) loop(box, isOn && box.dataset.picture === step.key);
}

function stateChanged(old) {
  if (run.state === "running" && old.state === "ready") fold();
  one("[data-away]").hidden = true;
  if (run.state === "done") finish();
}

function fold() {
  window.scrollTo(0, 0);
  one("[data-before]").open = false;
}

function keep() {
  memory.write(`at:${data.slug}`, run.state === "done" ? null : { revision: data.revision, profile: data.profile, at: current().at, title: data.title });
}

function beat() {
  const moment = now();
  const next = clock.tick(run, segments, moment, options.waits);
  tellCues(moment);
  if (next === run) showTime();
  else change(next, true);
}

function finish() {
  one("[data-end-title]").focus();
  const done = steps.filter((step) => effects[step.key]?.effect !== "leave_out");
  asked = ask(data, done);
}

// ---- acting

/** What begins by a press has no cue of its own that was planned: give it now. */
function go() {
  const before = run.state === "ready" ? null : current();
  change(clock.start(run, segments, now()));
  if (run.state !== "running") return;
  if (before === null) planCues([{ kind: opening(current()), at: now() }]);
  tell(null);
}

function toggleRun() {
  if (run.state === "done") return actions.restart();
  if (run.state !== "running") return go();
  if (clock.isOwnPace(run, segments)) return actions.next();
  change(clock.pause(run, now()));
  voice.hush();
}

const seek = (seconds) => change(clock.adjust(run, segments, seconds, now()));
const goTo = (index) => change(clock.moveTo(run, segments, index, now()));
const actions = {
  pause: toggleRun,
  next: () => goTo(run.index + 1),
  previous: () => change(clock.previous(run, segments, now())),
  repeat: () => change(clock.repeat(run, segments, now())),
  more: () => seek(amount),
  less: () => seek(-amount),
  back10: () => seek(10),
  on10: () => seek(-10),
  restart() {
    change(clock.fresh());
    one("[data-pain=after]").value = "";
    one('.control[data-action="pause"]').focus();
  },
  sound() {
    soundIsOn = !soundIsOn;
    press("sound", soundIsOn);
    // The button answers first: opening the sound device takes a while.
    requestAnimationFrame(() => setTimeout(() => {
      if (!soundIsOn) return sound.close();
      sound.open();
      sound.play(run.state === "running");
      planCues();
    }));
  },
  speak() {
    voice.set(!voice.isOn);
    press("speak", voice.isOn);
  },
  captions() {
    options.captions = !options.captions;
    keepChoices(options);
    film?.captions(options.captions);
    if (!options.captions) text("[data-caption]", "");
  },
  full: () => screen.toggleFull(root),
  help: () => document.getElementById("player-help").showModal(),
  film: () => film?.want(),
  async forget() {
    await forgetAll(data);
    showChoices(Object.assign(options, memory.options()));
  },
  keep: () => toggleKept(data),
};

root.addEventListener("click", (event) => {
  const { anyway } = event.target.dataset;
  if (anyway && check.showAnyway(anyway)) screenSteps();
  const button = event.target.closest("[data-action], [data-go], [data-felt]");
  if (!button) return;
  if (button.dataset.felt) asked({ felt: button.dataset.felt });
  if (button.dataset.action) actions[button.dataset.action]();
  if (button.dataset.go) goTo(segments.findIndex((part) => part.step === Number(button.dataset.go)));
});

one("[data-pain=after]").addEventListener("change", () => asked());
listenToChoices(options, (option) => {
  if (option === "startsRight") planAgain();
  planCues();
});

/** Lay the way anew, at the same place of it. */
function planAgain() {
  const { at } = current();
  segments = plan(data, { ...options, effects });
  const isNew = run.state === "ready" && !("resumed" in root.dataset);
  const place = isNew ? 0 : placeOf(segments, at);
  run = segments[place].at === at ? { ...run, index: place } : clock.fresh(place);
  shownIndex = null;
  show();
  planCues();
}

// ---- around: hidden tabs, media keys, the check on this device, films, what is kept
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") {
    if (run.state === "running") {
      beat();
      planCues();
    }
    keepAwake(run.state === "running");
  } else if (run.state === "running") leave();
});

/** Nobody looks: with sound it goes on for the ears, else it waits. */
function leave() {
  if (soundIsOn || voice.isOn || clock.isOwnPace(run, segments)) return planCues();
  change(clock.pause(run, now()));
  one("[data-away]").hidden = false;
}

screen.listenToMediaKeys({
  play: () => run.state !== "running" && actions.pause(),
  pause: () => run.state === "running" && change(clock.pause(run, now())),
  nexttrack: actions.next, previoustrack: actions.previous, seekbackward: actions.back10, seekforward: actions.on10,
});
listenToKeys(() => options.keys, actions);
document.addEventListener("fullscreenchange", () => press("full", Boolean(document.fullscreenElement)));
addEventListener("pagehide", () => { voice.set(false); press("speak", false); });

function screenSteps() {
  const before = JSON.stringify(effects);
  effects = check.effects(steps.map(({ key, screened }) => ({ key, cautions: screened })));
  if (JSON.stringify(effects) === before) return;
  view.showLeftOut(steps, effects);
  planAgain();
  for (const button of all('[data-action="pause"]')) button.disabled = segments.length < 2;
}

function openFilm() {
  if (!data.film || !steps.some((step) => step.clip)) return;
  film = makeFilm(one("[data-film]"), data.film, { steps, isStill: screen.wantsStillness });
  film.captions(options.captions);
  film.show(steps[current().step].clip);
  film.run(run.state === "running" && isEffort(current()));
  one("[data-film-wish]").hidden = !screen.wantsStillness();
}

view.takeOver(canSpeak);
showChoices(options);
if (run.index > 0) root.dataset.resumed = "1";
show();
screenSteps();
openFilm();
lookAtKept(data);
