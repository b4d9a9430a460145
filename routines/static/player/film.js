// The film of a step: a stretch that loops under the timer, which is the master of both.

const RENEW_AFTER = 5000; // a second failure is no matter of time
const DRIFT = 0.6; // seconds that film and timer may differ

export function makeFilm(video, film, { steps, isStill }) {
  let clip = null;
  let isRunning = false;
  let renewed = 0;

  function load(addresses) {
    const source = Object.assign(document.createElement("source"), { src: addresses.url, type: "video/mp4" });
    const track = { kind: "captions", src: addresses.captions_url, srclang: film.language, label: "Captions" };
    video.replaceChildren(source, ...(track.src ? [Object.assign(document.createElement("track"), track)] : []));
    video.querySelector("source").addEventListener("error", renew);
    video.load();
    const chapters = video.addTextTrack("chapters", "Steps", "en");
    for (const step of steps) if (step.clip) chapters.addCue(new VTTCue(step.clip[0] / 1000, step.clip[1] / 1000, step.title));
  }

  async function renew() {
    if (Date.now() - renewed < RENEW_AFTER) return giveUp();
    renewed = Date.now();
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    const answer = await fetch(film.grants, { method: "POST", headers, body: JSON.stringify({ video: film.video }) }).catch(() => null);
    if (!answer?.ok) return giveUp();
    load(await answer.json());
    follow();
  }

  function giveUp() {
    video.hidden = true;
    video.dispatchEvent(new Event("film:gone", { bubbles: true }));
  }

  function follow() {
    const plays = clip && isRunning && (!isStill() || video.dataset.wanted === "1");
    if (plays) video.play().catch(() => {});
    else video.pause();
  }

  // A stretch that ends goes back to its begin.
  video.addEventListener("timeupdate", () => {
    if (clip && video.currentTime * 1000 >= clip[1] - 60) video.currentTime = clip[0] / 1000;
  });
  video.addEventListener("ended", () => {
    if (!clip) return;
    video.currentTime = clip[0] / 1000;
    follow();
  });
  video.addEventListener("error", renew); // refused in the middle
  if (Date.parse(film.expires_at) > Date.now()) load(film);
  else renew();

  return {
    /** Show the stretch of a step; null shows none. */
    show(stretch) {
      if (clip === stretch) return;
      clip = stretch;
      delete video.dataset.wanted;
      video.hidden = !clip;
      if (clip) video.currentTime = clip[0] / 1000;
      follow();
    },
    run(on) {
      isRunning = on;
      follow();
    },
    /** Keep in step with the timer; `elapsed` is in milliseconds since the segment began. */
    sync(elapsed) {
      if (!clip || video.paused) return;
      const length = Math.max(1, clip[1] - clip[0]);
      const wanted = (clip[0] + (elapsed % length)) / 1000;
      const gap = Math.abs(video.currentTime - wanted);
      if (Math.min(gap, length / 1000 - gap) > DRIFT) video.currentTime = wanted;
    },
    captions(on) {
      for (const track of video.textTracks) if (track.kind === "captions") track.mode = on ? "showing" : "disabled";
    },
    /** Play although stillness was asked for: on request only. */
    want() {
      video.dataset.wanted = "1";
      follow();
    },
  };
}
