// A walk through the pages of a box: every page that links lead to, each kind of page once.

/** Starting points of a walk: pages without a link to them are named here. */
export const STARTS = ["/", "/more", "/settings", "/search?q=Heidi", "/events/new", "/offline", "/no-such-page", "/chat/new"];
/** Variable parts of one page's address: names, days, random ids, pages of the documentation. */
const DRAWN = /(?<=^\/docs\/).+|did:[\w:%]+|[a-z]{3}_\w+|\d{4}-\d\d|bafy\w+|[A-Z\d]{4}(-[A-Z\d]{4})+/g;

/** Creates one item in each service, as its editor would. */
export const putSomeOfEach = (page) =>
  page.evaluate(async () => {
    const { actor } = await import("/assets/js/session.js");
    const { submit } = await import("/assets/js/proof.js");
    const me = await actor();
    const put = (service, number, body, fact = null) => submit(me, { service, op: `${service}.put`, ref: `itm_${`${number}`.padStart(24, "0")}`, body, fact });
    await put("links", 1, { title: "Alm", url: "https://alm.example/" });
    await put("links", 2, { title: "Wege" }, { kind: "collection" });
    await put("coffee", 3, { title: "Heu" }, { kind: "jar" });
    await put("learn", 4, { title: "Käsen" }, { kind: "course" });
    await put("learn", 5, { title: "Lab", text: "Lab macht Milch dick." }, { kind: "lesson", in: `itm_${"4".padStart(24, "0")}` });
    await put("market", 7, { title: "Leiter", area: "Tal", contact: { phone: "044" } }, { kind: "listing", category: "tools" });
    await put("essays", 8, { title: "Sennen" }, { kind: "series" });
    await put("essays", 9, { title: "Gras", text: "Gras wird Milch[^1].\n\n[^1]: Mit Kühen." }, { kind: "essay", in: `itm_${"8".padStart(24, "0")}` });
    const form = JSON.stringify({ elements: [{ type: "boolean", name: "q1", title: "Kommst du?" }] });
    await put("dykil", 6, { title: "Alpabzug", form }, { mode: "named", each: "member", show: "all" });
  });

/** Opens every page of the box that links lead to, each kind of page once. Returns the kinds. `look` sees each. */
export async function walk(page, from, look) {
  const kindOf = (path) => path.split("#")[0].replace(DRAWN, "*");
  const isPage = (path) => !/\/api\/|\/assets\/|\/feed\.|\.(?:crt|md|txt|xml|mobileconfig|webmanifest)|\/(?:logout|dav|links\/go)\b/.test(path);
  const waiting = [...from];
  const kinds = new Set();
  while (waiting.length > 0) {
    const path = waiting.shift();
    if (kinds.has(kindOf(path))) continue;
    kinds.add(kindOf(path));
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    await look(page);
    const hrefs = await page.locator("a[href]:not([download])").evaluateAll((links) => links.filter(({ origin }) => origin === location.origin).map(({ pathname, search }) => pathname + search));
    waiting.push(...hrefs.filter((href) => isPage(href)));
  }
  return kinds;
}
