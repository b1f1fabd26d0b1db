// The folders of the library that a chosen folder comes into: found again by their names, or made, each once.

import { ApiError, get } from "../js/api.js";
import { toHex } from "../js/base.js";
import { submit } from "../js/proof.js";
import { inTurn, nameOf } from "./adding.js";
import { patiently } from "./tus.js";

/** Answers for a way (`["Trip", "Day 1"]`), from a folder or from the outermost ones on, the id of the folder at its end. */
export async function folderTree(me, root) {
  const { folders } = await patiently(() => get("/media/api/folders"));
  const known = new Map(folders.map(({ id, name, parent }) => [`${parent ?? ""}/${name}`, Promise.resolve(id)]));

  async function make(parent, name) {
    const id = `fld_${toHex(crypto.getRandomValues(new Uint8Array(12)))}`;
    const fact = parent ? { parent } : null;
    try {
      await inTurn(() => submit(me, { service: "media", op: "media.folder", ref: id, body: { name }, fact }));
      return id;
    } catch (error) {
      // Files nested deeper than folders can be go into the deepest one.
      if (error instanceof ApiError && error.problem.reason === "depth") return parent;
      throw error;
    }
  }

  function inside(parent, name) {
    const key = `${parent ?? ""}/${name}`;
    if (!known.has(key)) {
      const made = make(parent, name);
      known.set(key, made);
      // Another file tries again.
      made.catch(() => known.delete(key));
    }
    return known.get(key);
  }

  return async (way) => {
    let at = root;
    for (const name of way) at = await inside(at, nameOf(name));
    return at;
  };
}
