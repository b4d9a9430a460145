// Sounds, planned on the clock of the sound device, so that a throttled tab still sounds in time.

const TONES = { // [pitch in hertz, seconds], one after the other
  ready: [[440, 0.18]],
  tick: [[660, 0.1]],
  warn: [[494, 0.12], [494, 0.12]],
  left: [[587, 0.08]],
  half: [[587, 0.12], [740, 0.16]],
  go: [[880, 0.4]],
  switch: [[523, 0.12], [784, 0.12], [523, 0.18]],
  end: [[659, 0.15], [440, 0.3]],
  done: [[523, 0.15], [659, 0.15], [784, 0.5]],
};
const VOLUME = 0.22;

export function makeSound(quietUrl) {
  let device = null;
  let quiet = null;
  let planned = [];

  function tone(pitch, from, seconds) {
    const wave = device.createOscillator();
    const volume = device.createGain();
    wave.frequency.value = pitch;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(VOLUME, from + 0.01);
    volume.gain.setValueAtTime(VOLUME, from + seconds - 0.02);
    volume.gain.linearRampToValueAtTime(0, from + seconds);
    wave.connect(volume).connect(device.destination);
    wave.start(from);
    wave.stop(from + seconds);
    planned.push({ wave, from });
  }

  /** Drop what has not begun; a tone that sounds at this moment may end by itself. */
  function silence() {
    for (const { wave, from } of planned) if (from > device.currentTime) wave.disconnect();
    planned = [];
  }

  return {
    /** Open the device; only ever after a press. */
    open() {
      // The silent switch of an iPhone mutes Web Audio unless it is said to be playback.
      if (navigator.audioSession) navigator.audioSession.type = "playback";
      device ??= new AudioContext();
      device.resume();
      quiet ??= Object.assign(new Audio(quietUrl), { loop: true });
    },
    /** A file without sound tells the system that something plays: headset buttons come to this page. */
    play(isRunning) {
      if (isRunning) quiet?.play().catch(() => {});
      else quiet?.pause();
    },
    /** Drop what was planned and plan these cues; `now` is a moment of Date.now(). */
    plan(cues, now) {
      if (!device) return;
      silence();
      const zero = device.currentTime;
      for (const cue of cues) {
        let from = zero + Math.max(0, (cue.at - now) / 1000);
        for (const [pitch, seconds] of TONES[cue.kind]) {
          tone(pitch, from, seconds);
          from += seconds + 0.04;
        }
      }
    },
    close() {
      quiet?.pause();
      if (device) silence();
      device?.suspend();
    },
  };
}
