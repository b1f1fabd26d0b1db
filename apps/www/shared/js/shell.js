// Keeps what this person saw last for when the box does not answer. Loaded by the frame of every page of somebody who is signed in.

// Without a certificate that the browser trusts there are no workers: then pages need the box, and nothing else differs.
navigator.serviceWorker?.register("/worker.js", { scope: "/" }).catch((error) => console.info(`No offline pages here: ${error.message}`));
