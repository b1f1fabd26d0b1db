// The apps' modules under their served addresses: `/assets/js/` has a separate folder in the repository, and each app's files are in the app's.
// Imports across these folders are resolved here as the node serves them.

import { register } from "node:module";

const hook = `
  export async function resolve(name, context, next) {
    const served = context.parentURL && name.startsWith(".") ? new URL(name, context.parentURL).href : name;
    const shared = served.replace(/\\/apps\\/[a-z]+\\/js\\//, "/apps/www/shared/js/");
    // A script of another app: ../media/sealed.js.
    return next(shared.replace(/\\/apps\\/[a-z]+\\/(?!assets\\/)([a-z]+)\\/([a-z-]+\\.js)$/, "/apps/$1/assets/$2"), context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

/** Imports a module by its address below `/assets/`: `js/base.js`, `chat/sync.js`. */
export function asset(path) {
  const [app, ...rest] = path.split("/");
  const file = app === "js" ? `www/shared/${path}` : `${app}/assets/${rest.join("/")}`;
  return import(new URL(`../../../apps/${file}`, import.meta.url).href);
}
