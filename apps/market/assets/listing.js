// A listing: shows its contact on request.

import { post } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError, working } from "../js/ui.js";

const t = await texts("market");
const button = byId("contact");

const number = (text) => text.replace(/[^\d+]/g, "");

function way(label, text, href) {
  return text ? el("li", {}, `${label}: `, el("a", { href, rel: "noreferrer" }, text)) : null;
}

async function show() {
  const { owner, item } = button.dataset;
  await working(button, t("js-asking"), async () => {
    const { phone = "", email = "", whatsapp = "" } = await post(`/market/api/listings/${encodeURIComponent(owner)}/${item}/contact`);
    const ways = [
      way(t("js-phone"), phone, `tel:${number(phone)}`),
      way(t("js-mail"), email, `mailto:${email}`),
      way(t("js-whatsapp"), whatsapp, `https://wa.me/${number(whatsapp).replace("+", "")}`),
    ];
    byId("ways").replaceChildren(...ways.filter(Boolean));
    byId("ways").hidden = false;
    byId("ways").focus();
    button.hidden = true;
  });
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => show().catch(sayError));
}
