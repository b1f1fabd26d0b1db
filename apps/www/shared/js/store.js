// This browser's storage in IndexedDB: the people whose keys are here (`people`, by DID; the keys as non-extractable CryptoKeys,
// or sealed if a lock is on), unfinished steps (`drafts`), and the box at this address (`nodes`, by host). Each origin has a
// separate database; nothing of it is ever sent.

import { texts } from "./texts.js";

const t = await texts("shared");

const NAME = "imajin";
const VERSION = 2;

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const keys = { people: "did", drafts: "name", nodes: "host" };
      for (const [name, keyPath] of Object.entries(keys)) {
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath });
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error(t("js-store-nothing")));
  });
}

async function transact(store, mode, act) {
  const db = await open();
  try {
    return await new Promise((resolve, reject) => {
      // A key is as good as its copy on disk: wait until the browser says it is there.
      const transaction = db.transaction(store, mode, { durability: "strict" });
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(new Error(t("js-store-full")));
    });
  } finally {
    db.close();
  }
}

const reader = (store) => (key) => transact(store, "readonly", (table) => table.get(key));
const writer = (store) => (value) => transact(store, "readwrite", (table) => table.put(value));
const remover = (store) => (key) => transact(store, "readwrite", (table) => table.delete(key));

export const people = {
  get: reader("people"),
  // The opened key of a locked identity stays in the memory of its page.
  put: (person) => writer("people")(person.lock ? { ...person, sign: null } : person),
  remove: remover("people"),
  all: () => transact("people", "readonly", (table) => table.getAll()),
};

export const drafts = { get: reader("drafts"), put: writer("drafts"), remove: remover("drafts") };

export const nodes = { get: reader("nodes"), put: writer("nodes") };

/**
 * Asks the browser not to throw the keys away when space runs short. It may say no, and Firefox asks the person first: nothing waits for
 * an answer that may never come.
 */
export function persist() {
  navigator.storage?.persist?.().catch(() => {});
}
