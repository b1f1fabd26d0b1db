// "My data": lets the record go on after the box was restored from a backup, with the owner's own signature.

import { submit } from "../proof.js";
import { signer } from "../session.js";
import { byId, working } from "../ui.js";

byId("go-on")?.addEventListener("click", (event) => {
  const button = event.currentTarget;
  return working(button, "Signing…", async () => {
    const { node, url, epoch, abandons } = button.dataset;
    const body = { node, url, epoch: Number(epoch) };
    if (abandons) body.abandons = abandons;
    await submit(await signer(), { service: "auth", op: "auth.home", body });
    location.reload();
  });
});
