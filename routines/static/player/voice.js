// Spoken cues, and the same words on the screen as captions. Both are off until asked for.

export const canSpeak = "speechSynthesis" in window;

export function makeVoice(show) {
  let isOn = false;

  return {
    get isOn() { return isOn; },
    set(on) {
      isOn = on && canSpeak;
      if (!isOn && canSpeak) speechSynthesis.cancel();
    },
    /** Say a sentence; the captions show it whether it is heard or not. */
    say(words) {
      if (!words) return;
      show(words);
      if (!isOn) return;
      speechSynthesis.cancel();
      speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(words), { lang: document.documentElement.lang }));
    },
    hush() {
      show("");
      if (canSpeak) speechSynthesis.cancel();
    },
  };
}
