// The device around the page: it stays awake, its media keys work, it may fill the screen.

/** Keep the screen on while something runs; the system lets go when the page is hidden. */
export function makeAwake(onRefused) {
  let lock = null;
  let isAsking = false;

  async function ask() {
    isAsking = true;
    try {
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => { lock = null; });
      onRefused(false);
    } catch {
      onRefused(true); // a low battery, for one
    }
    isAsking = false;
  }

  return async (isRunning) => {
    if (!navigator.wakeLock) return;
    if (!isRunning) {
      await lock?.release().catch(() => {});
      lock = null;
    } else if (!lock && !isAsking && document.visibilityState === "visible") await ask();
  };
}

/** Let headset and lock screen act: `actions` are play, pause, nexttrack, previoustrack and so on. */
export function listenToMediaKeys(actions) {
  if (!navigator.mediaSession) return;
  for (const [name, act] of Object.entries(actions)) {
    try { navigator.mediaSession.setActionHandler(name, act); } catch { /* not known here */ }
  }
}

/** Tell the system what plays, with a picture. */
export function tellMedia(title, artist, picture) {
  if (!navigator.mediaSession || !window.MediaMetadata) return;
  const artwork = picture ? [{ src: picture }] : [];
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist, artwork });
}

export function tellMediaState(isRunning) {
  if (navigator.mediaSession) navigator.mediaSession.playbackState = isRunning ? "playing" : "paused";
}

export function toggleFull(root) {
  (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()).catch(() => {});
}

/** A short buzz in place of a sound, where the device can. */
export const BUZZ = { tick: 40, warn: [80, 80, 80], left: 40, half: [60, 60, 60], ready: 120, go: 250, switch: [150, 80, 150], end: [120, 80, 250], done: [250, 100, 250, 100, 400] };

export function buzz(kind) {
  navigator.vibrate?.(BUZZ[kind] ?? 40);
}

/** Whether this person asked for stillness. */
export function wantsStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
