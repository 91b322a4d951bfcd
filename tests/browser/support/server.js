// A plain static host on loopback, as dumb as any: folders have an index, what is missing is 404.html.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.xml': 'application/xml',
};

/**
 * Serves `folder` at the path `base` of a port that is free; `close` ends it. What comes back can be given another
 * `folder` to serve, or be taken `down`, so that every request breaks.
 */
export async function serve(folder, base) {
  const served = { folder, down: false };
  const server = createServer(async (request, response) => {
    if (served.down) return request.socket.destroy();
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const [status, file, bytes] = await find(served.folder, base, path);
    if (status === 301) {
      response.writeHead(status, { Location: encodeURI(file) });
    } else {
      const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      const type = types[extname(file)] ?? 'application/octet-stream';
      response.writeHead(status, { 'Content-Type': type, ...(packed && { 'Content-Encoding': 'gzip' }) });
      return response.end(packed ? gzipSync(bytes) : bytes);
    }
    return response.end(bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(served, { origin, url: origin + base, close });
}

/** Status, name and bytes of what is at a path. */
async function find(folder, base, path) {
  if (path.startsWith(base)) {
    const file = join(folder, normalize(path.slice(base.length - 1)));
    const candidate = path.endsWith('/') ? join(file, 'index.html') : file;
    try {
      return [200, candidate, await readFile(candidate)];
    } catch (error) {
      if (error.code === 'EISDIR') return [301, `${path}/`, ''];
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    }
  }
  const missing = join(folder, '404.html');
  return [404, missing, existsSync(missing) ? await readFile(missing) : 'not found'];
}
