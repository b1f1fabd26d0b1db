// A certificate's page: the QR code of its address, and printing.

import { svg } from "../js/qr/draw.js";
import { texts } from "../js/texts.js";
import { byId } from "../js/ui.js";

const t = await texts("learn");
const address = new URL(location.pathname, location.origin).href;

byId("code").replaceChildren(svg(address, t("js-certificate-code")));
byId("address").textContent = address;
byId("print").hidden = false;
byId("print").addEventListener("click", () => print());
