// "My data": lets the record go on after the box was restored from a backup, with the owner's own signature.

import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, leave, working } from "../js/ui.js";

const t = await texts("www");

byId("go-on")?.addEventListener("click", (event) => {
  const button = event.currentTarget;
  return working(button, t("js-signing"), async () => {
    const { node, url, epoch, abandons } = button.dataset;
    const body = { node, url, epoch: Number(epoch) };
    if (abandons) body.abandons = abandons;
    await submit(await actor(), { service: "auth", op: "auth.home", body });
    await leave();
  });
});
