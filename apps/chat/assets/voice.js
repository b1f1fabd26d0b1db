// Voice notes: recorded while a button is held (or from one press of a key to the next), at most ten minutes, and heard with their
// waveform. What was recorded is thrown away if it is less than a moment.

import { locale, texts } from "../js/texts.js";
import { byId, el, sayError, shape } from "../js/ui.js";
import { giveFile, takeFile } from "./files.js";

const t = await texts("chat");

const LONGEST_MS = 10 * 60_000;
const SHORTEST_MS = 700;
const LOOK_MS = 100;
/** Bars of a waveform, each a number from 0 to 99. */
const BARS = 48;
const MIMES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

const clock = (ms) => {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60).toLocaleString(locale)}:${String(seconds % 60).padStart(2, "0")}`;
};

/** As many bars as there is room for, the loudest of each part. */
export function bars(levels, count = BARS) {
  const most = Math.max(...levels, 0.01);
  return Array.from({ length: Math.min(count, levels.length) }, (_, n, size = Math.min(count, levels.length)) => {
    const part = levels.slice(Math.floor((n * levels.length) / size), Math.floor(((n + 1) * levels.length) / size));
    return Math.round((Math.max(...part) / most) * 99);
  });
}

function microphone() {
  const path = shape("path", { d: "M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM6 11.5a6 6 0 0 0 12 0M12 17.5v3M9 20.5h6" });
  return shape("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

class Recording {
  levels = [];

  static async begin() {
    const recording = new Recording();
    recording.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    recording.recorder = new MediaRecorder(recording.stream, { mimeType: MIMES.find((mime) => MediaRecorder.isTypeSupported(mime)) });
    recording.parts = [];
    recording.recorder.addEventListener("dataavailable", ({ data }) => recording.parts.push(data));
    recording.listen();
    recording.recorder.start();
    recording.begun = performance.now();
    return recording;
  }

  /** How loud it is, now and then. */
  listen() {
    this.sound = new AudioContext();
    const analyser = this.sound.createAnalyser();
    this.sound.createMediaStreamSource(this.stream).connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(wave);
      this.levels.push(Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length));
    }, LOOK_MS);
  }

  get ms() {
    return Math.round(performance.now() - this.begun);
  }

  /** Ends it. Answers `{blob, ms, wave}`. */
  async end() {
    const { ms } = this;
    clearInterval(this.timer);
    const stopped = new Promise((done) => this.recorder.addEventListener("stop", done, { once: true }));
    this.recorder.stop();
    await stopped;
    for (const track of this.stream.getTracks()) track.stop();
    await this.sound.close();
    const [mime] = this.recorder.mimeType.split(";");
    return { blob: new Blob(this.parts, { type: mime }), ms, wave: bars(this.levels) };
  }
}

/** A voice note as the message that brings it. */
export async function voiceMessage(me, view, { blob, ms, wave }) {
  return { type: "voice", media: await giveFile(me, view, blob, { name: "voice", mime: blob.type, ms, wave }) };
}

/** A button that records; `act(recorded)` sends it. There is none where the browser can't record. */
export function offerVoice(act) {
  if (!globalThis.MediaRecorder || !navigator.mediaDevices?.getUserMedia || !MIMES.some((mime) => MediaRecorder.isTypeSupported(mime))) return;
  const words = el("span", { "aria-hidden": "true" });
  const button = el("button", { type: "button", id: "voice", "aria-pressed": "false", title: t("js-voice-record") }, microphone(), el("span", { class: "unsaid" }, t("js-voice-record")), words);
  byId("send").before(button);
  let [recording, beginning, timer] = [null, null, null];
  const begin = () => {
    beginning ??= Recording.begin().then(
      (begun) => {
        recording = begun;
        button.setAttribute("aria-pressed", "true");
        timer = setInterval(() => {
          words.textContent = clock(recording.ms);
          if (recording.ms >= LONGEST_MS) ended();
        }, LOOK_MS * 2);
      },
      () => {
        beginning = null;
        sayError(new Error(t("js-voice-off")));
      },
    );
  };
  const end = async () => {
    await beginning;
    if (!recording) return;
    const one = recording;
    [recording, beginning] = [null, null];
    clearInterval(timer);
    button.setAttribute("aria-pressed", "false");
    words.textContent = "";
    const recorded = await one.end();
    if (recorded.ms >= SHORTEST_MS) await act(recorded);
  };
  const ended = () => end().catch(sayError);
  button.addEventListener("pointerdown", (event) => {
    if (recording) return;
    button.setPointerCapture(event.pointerId);
    begin();
  });
  button.addEventListener("pointerup", ended);
  button.addEventListener("pointercancel", ended);
  // With a keyboard or assistive technology, one press begins and the next one ends. A pointer's click has ended
  // already.
  button.addEventListener("click", (event) => {
    if (event.detail > 0) return;
    if (beginning) ended();
    else begin();
  });
}

/** The element of a voice note, or null for a message that brings none. */
export function voiceElement(one) {
  const media = one.json?.media;
  if (one.kind !== "voice" || typeof media?.cid !== "string") return null;
  const wave = Array.isArray(media.wave) ? media.wave.slice(0, BARS).map((bar) => Math.min(99, Math.max(0, Number(bar) || 0))) : [];
  const drawn = wave.map((bar) => {
    const line = el("span");
    line.style.height = `${12 + bar * 0.88}%`;
    return line;
  });
  const audio = el("audio", { preload: "none" });
  const play = el("button", { type: "button", "aria-label": t("js-voice-play") }, el("span", { "aria-hidden": "true" }, "▶"));
  const length = el("span", { class: "length" }, clock(Number(media.ms) || 0));
  const box = el("div", { class: "voice" }, play, el("span", { class: "wave", "aria-hidden": "true" }, drawn), length, audio);
  const draw = () => {
    const isOn = !audio.paused;
    play.setAttribute("aria-label", t(isOn ? "js-voice-pause" : "js-voice-play"));
    play.firstChild.textContent = isOn ? "❚❚" : "▶";
    const done = media.ms > 0 ? (audio.currentTime * 1000) / media.ms : 0;
    drawn.forEach((line, n) => line.classList.toggle("heard", n < done * drawn.length));
  };
  for (const event of ["play", "pause", "ended", "timeupdate"]) audio.addEventListener(event, draw);
  play.addEventListener("click", async () => {
    // A second tap while it is fetched would stop what the first one plays.
    if (play.getAttribute("aria-disabled")) return;
    play.setAttribute("aria-disabled", "true");
    try {
      if (!audio.src) audio.src = URL.createObjectURL(await takeFile(one, media));
      await (audio.paused ? audio.play() : audio.pause());
    } catch (error) {
      console.info(error.message);
      length.textContent = t("js-file-gone");
    } finally {
      play.removeAttribute("aria-disabled");
    }
  });
  return box;
}
