// The movement of a step over its still: silent, looping, and loaded only when it is wanted.

/** Play or stop the loop of a box that names one; where it cannot be played the still stays. */
export function loop(box, isOn) {
  const video = box.querySelector("video.loop") ?? (isOn ? made(box) : null);
  if (isOn) video.play().catch(() => {});
  else video?.pause();
}

function made(box) {
  const video = Object.assign(document.createElement("video"), { className: "loop", muted: true, loop: true, playsInline: true, src: box.dataset.moves });
  video.setAttribute("aria-hidden", "true"); // the still says what is seen
  video.addEventListener("error", () => video.remove());
  box.append(video);
  return video;
}
