// A recovery sheet as paper and as a file. Both say whose it is and where its box is, so that the sheet alone leads back.

import { svg } from "../js/qr/draw.js";
import { PREFIX, printed } from "../js/sheet.js";
import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { byId, el, saveFile, say } from "../js/ui.js";

const t = await texts("www");

const FILE = "imajin-recovery.txt";

const today = () => told(Date.now(), { dateStyle: "long" });

/** Draws it. `about` is `{name, did, sheet}`: whose, their ID, the sealed letters. */
export function drawPaper({ name, did, sheet }) {
  byId("sheet-name").textContent = name;
  byId("sheet-date").textContent = today();
  byId("sheet-address").textContent = location.origin;
  byId("sheet-did").textContent = did;
  byId("sheet-lines").replaceChildren(...printed(sheet).map((line) => el("li", {}, line)));
  byId("sheet-code").replaceChildren(svg(sheet.toUpperCase(), t("js-paper-code")));
}

export function savePaper({ name, did, sheet }) {
  const lines = printed(sheet).map((line, i) => `${String(i + 1).padStart(2)}. ${line}`);
  const text = [
    t("js-paper-title", { name }),
    "",
    t("js-paper-box", { address: location.origin }),
    t("js-paper-backups"),
    t("js-paper-id", { did }),
    t("js-paper-made", { date: today() }),
    "",
    t("js-paper-use"),
    t("js-paper-keep"),
    "",
    PREFIX,
    ...lines,
    "",
  ].join("\n");
  saveFile(FILE, "text/plain", text);
}

/** Says which file reads a saved sheet back. */
export const saySaved = () => say("good", t("js-paper-saved", { file: FILE }));
