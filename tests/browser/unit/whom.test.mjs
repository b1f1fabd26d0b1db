// The person that a text names: by DID, link, username or name, among the people that a page knows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { exactly, isHandle, isWhole, meant, suggested, together } from "../../../apps/www/shared/js/form/whom.js";

const HOST = "box.example";
const DID = `did:imajin:${"7".repeat(43)}`;
const lou = { did: "did:imajin:lou", handle: "lou", name: "Lou Salomé" };
const louise = { did: "did:imajin:louise", handle: "louise", name: "Louise" };
const other = { did: "did:imajin:other", handle: null, name: "louise" };
const dids = (people) => people.map(({ did }) => did.split(":")[2]);

test("an ID, a username and a name are told apart", () => {
  assert.deepEqual(meant(`  ${DID} `, HOST), { did: DID });
  assert.deepEqual(meant("@Lou", HOST), { handle: "lou" });
  assert.deepEqual(meant(" Lou Salomé ", HOST), { words: "Lou Salomé" });
  assert.equal(meant("   ", HOST), null);
  assert.ok(isWhole(DID) && !isWhole(DID.slice(0, 30)) && !isWhole(`${DID}0`));
  assert.ok(isHandle("lou_2") && !isHandle("lo") && !isHandle("Lou") && !isHandle("lou salomé"));
});

test("a link to a profile names a person of this box, or an ID of any box", () => {
  assert.deepEqual(meant("https://box.example/profile/Lou", HOST), { handle: "lou" });
  assert.deepEqual(meant("https://box.example/profile/lou/?a=b#c", HOST), { handle: "lou" });
  assert.deepEqual(meant(`http://other.example:3000/profile/${encodeURIComponent(DID)}`, HOST), { did: DID });
  assert.deepEqual(meant("https://other.example/profile/lou", HOST), { elsewhere: "other.example" });
  assert.deepEqual(meant("https://box.example/profile/%E0%A4", HOST), { words: "https://box.example/profile/%E0%A4" });
  assert.deepEqual(meant("https://", HOST), { words: "https://" });
});

test("a username with its box names a person of this box, or another box", () => {
  assert.deepEqual(meant("@Lou@box.example", HOST), { handle: "lou" });
  assert.deepEqual(meant("@lou@Other.example:8443", HOST), { elsewhere: "other.example:8443" });
  assert.deepEqual(meant("@lou@", HOST), { handle: "lou" });
});

test("words suggest people by name and username, those first that begin with them", () => {
  const all = [louise, lou, other];
  assert.deepEqual(dids(suggested(all, { words: "LOU" })), ["louise", "lou", "other"]);
  assert.deepEqual(dids(suggested([louise, lou], { words: "sal" })), ["lou"]);
  assert.deepEqual(dids(suggested(all, { handle: "lou" })), ["louise", "lou"]);
  assert.deepEqual(dids(suggested([{ ...lou, handle: "big_louise" }, louise], { words: "louise" })), ["louise", "lou"]);
  for (const nobody of [{ did: DID }, { elsewhere: "x" }, { words: "ada" }]) assert.deepEqual(suggested(all, nobody), []);
});

test("several people of one name are several, and a username leaves no doubt", () => {
  assert.deepEqual(dids(exactly([louise, lou, other], { words: "Louise" })), ["louise", "other"]);
  assert.deepEqual(dids(exactly([louise, lou, other], { handle: "louise" })), ["louise"]);
  assert.deepEqual(dids(exactly([louise, lou, other], { words: "lou" })), ["lou"]);
  assert.deepEqual(dids(exactly([louise, lou], { did: lou.did })), ["lou"]);
});

test("somebody who is known already keeps their name", () => {
  const nicknamed = { ...lou, name: "Sis" };
  assert.deepEqual(together([nicknamed], [lou, louise]), [nicknamed, louise]);
});
