// Tables in this browser's IndexedDB, as plain functions; a value has its own `id`. Knows nothing of what is kept. Tests give
// the store tables of their own.

const NAME = "imajin-chat";
const VERSION = 1;
const TABLES = ["conversations", "chains", "own", "outbox", "drafts", "previews", "keys"];

/** Something could not be read here or kept: `message` is a message's id. */
export class NotKept extends Error {}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const table of TABLES) request.result.createObjectStore(table, { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new NotKept("js-store-closed"));
  });
}

let opening = null;

/** The open database, which another tab's newer version closes. */
async function opened() {
  opening ??= open();
  try {
    const db = await opening;
    db.onversionchange = db.onclose = () => {
      db.close();
      opening = null;
    };
    return db;
  } catch (error) {
    opening = null;
    throw error;
  }
}

async function transact(table, mode, act) {
  const db = await opened();
  return new Promise((resolve, reject) => {
    // What a person wrote is as good as its copy on disk: wait until the browser says that it is there.
    const transaction = db.transaction(table, mode, { durability: "strict" });
    const request = act(transaction.objectStore(table));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(new NotKept("js-store-full"));
  });
}

/** The tables of this origin. */
export const tables = {
  get: (table, id) => transact(table, "readonly", (store) => store.get(id)),
  all: (table) => transact(table, "readonly", (store) => store.getAll()),
  /** Keeps a value where none has its `id`. */
  add: (table, value) => transact(table, "readwrite", (store) => store.add(value)),
  put: (table, value) => transact(table, "readwrite", (store) => store.put(value)),
  remove: (table, id) => transact(table, "readwrite", (store) => store.delete(id)),
};
