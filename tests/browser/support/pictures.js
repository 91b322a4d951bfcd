// Screenshots and how far two of them differ: worked out by the browser, on a canvas, with some tolerance for how
// letters are smoothed.

/** A screenshot as a small WebP, without what changes from build to build. */
export async function picture(page, canvas, options = {}) {
  const style = '.stamp, time { visibility: hidden !important } * { caret-color: transparent !important }';
  const png = await page.screenshot({ animations: 'disabled', style, ...options });
  return canvas.evaluate(async (source) => {
    const bitmap = await createImageBitmap(await (await fetch(source)).blob());
    const area = new OffscreenCanvas(bitmap.width, bitmap.height);
    area.getContext('2d').drawImage(bitmap, 0, 0);
    const blob = await area.convertToBlob({ type: 'image/webp', quality: 0.55 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }, `data:image/png;base64,${png.toString('base64')}`).then((text) => Buffer.from(text, 'base64'));
}

/**
 * How much of two pictures is not the same: the share of cells of 4 by 4 pixels whose mean differs clearly. 1 where
 * their sizes differ.
 */
export function difference(canvas, one, other) {
  const sources = [one, other].map((bytes) => `data:image/webp;base64,${bytes.toString('base64')}`);
  return canvas.evaluate(async (sources) => {
    const cells = await Promise.all(sources.map(async (source) => {
      const bitmap = await createImageBitmap(await (await fetch(source)).blob());
      const [width, height] = [bitmap.width, bitmap.height].map((size) => Math.max(1, Math.round(size / 4)));
      const context = new OffscreenCanvas(width, height).getContext('2d');
      context.imageSmoothingQuality = 'high';
      context.drawImage(bitmap, 0, 0, width, height);
      return { size: `${bitmap.width}x${bitmap.height}`, data: context.getImageData(0, 0, width, height).data };
    }));
    const [a, b] = cells;
    if (a.size !== b.size) return 1;
    let differing = 0;
    for (let at = 0; at < a.data.length; at += 4) {
      const far = [0, 1, 2].some((channel) => Math.abs(a.data[at + channel] - b.data[at + channel]) > 40);
      differing += Number(far);
    }
    return differing / (a.data.length / 4);
  }, sources);
}
