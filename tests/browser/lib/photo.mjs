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
