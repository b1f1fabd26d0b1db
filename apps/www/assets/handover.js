// Handing over what only this browser can open, such as the secrets of sealed messages, to other devices of the person. Each app does it
// by the script that it has for the page "Devices"; what travels is encrypted to the devices' own keys. The same scripts forget what they keep here.

import { texts } from "../js/texts.js";
import { byId } from "../js/ui.js";

const t = await texts("www");

const scripts = () => byId("older").dataset.scripts.split(" ").filter(Boolean);

/** Whether an app has something to hand over. */
export const canHandOver = () => scripts().length > 0;

/**
 * Hands over to a device that is being added, by its encryption key in hex digits; without a key to all devices of the person. Answers the
 * sentences about what could not be handed over.
 */
export async function handOver(key = null) {
  const problems = [];
  for (const script of scripts()) {
    const app = await import(script).catch(() => null);
    if (app) await app.handOver(key).catch((error) => problems.push(error.message));
    else problems.push(t("js-api-no-answer"));
  }
  return problems;
}

/** Has each app forget what it keeps of the person in this browser. */
export async function forgetKept() {
  for (const script of scripts()) await (await import(script)).forget();
}
