// The QR code of a person's page, drawn when it is opened.

import { svg } from "../js/qr/draw.js";
import { texts } from "../js/texts.js";
import { byId } from "../js/ui.js";

const t = await texts("profile");
const code = byId("code");
const draw = () => byId("code-picture").replaceChildren(svg(code.dataset.link, t("js-code")));

// An opened part says nothing more once the script is there.
if (code.open) draw();
else code.addEventListener("toggle", draw, { once: true });
