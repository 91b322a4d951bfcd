// The files of the search index, by name; those that are packed are unpacked.

export class Files {
  /// `folder` is an address with a slash at its end, `cache` how the manifest is asked for: its name stays when what it
  /// lists has changed.
  constructor(folder, cache) {
    Object.assign(this, { folder, cache, known: new Map() });
  }

  /// The bytes of a file, which is asked for once; one that could not be had may be asked for again.
  read(name) {
    if (!this.known.has(name)) {
      const cache = name === "manifest" || this.cache === "reload" ? this.cache : "default";
      const bytes = fetched(`${this.folder}${name}.bin`, { cache });
      bytes.catch(() => this.known.delete(name));
      this.known.set(name, bytes);
    }
    return this.known.get(name);
  }
}

/// Who waits longer for a file of a few KB is better served by the catalog.
const PATIENCE = 20_000;

async function fetched(url, options) {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
  return new Uint8Array(await unpacked.arrayBuffer());
}
