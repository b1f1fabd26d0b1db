/** Draws a photo in a page’s browser. Returns it as a file of this name. */
export async function photo(page, name) {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1200, 800];
    const context = canvas.getContext("2d");
    context.fillStyle = "peru";
    context.fillRect(200, 150, 800, 500);
    return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
  });
  return { name, mimeType: "image/jpeg", buffer: Buffer.from(base64, "base64") };
}

/** Records a second of film in a page’s browser. Returns it as a file. */
export async function film(page) {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    const context = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    for (let frame = 0; frame < 20; frame += 1) {
      context.fillStyle = `hsl(${frame * 9} 80% 50%)`;
      context.fillRect(0, 0, 320, 240);
      await new Promise((next) => requestAnimationFrame(next));
    }
    recorder.stop();
    await ended;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  });
  return { name: "film.webm", mimeType: "video/webm", buffer: Buffer.from(base64, "base64") };
}
