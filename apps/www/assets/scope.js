// The texts of a delegation's permissions. The page has those of the apps.

import { texts } from "../js/texts.js";

const t = await texts("www");

export function words(scope) {
  const known = document.querySelector(`[data-scope="${CSS.escape(scope)}"]`);
  if (known) return known.textContent;
  const [service, verb] = scope.split(/\.(.*)/);
  return verb === "*" ? t("js-scope-all", { service }) : t("js-scope-one", { verb: verb.replaceAll(".", " "), service });
}
