import { realpath, stat } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

/** Finds the files of one folder for URL paths. Nothing outside the folder is reachable, by whatever spelling or link. */
export class StaticFiles {
  readonly #root: string;
  #realRoot = '';

  constructor(root: string) {
    this.#root = resolve(root);
  }

  /** The file for a path as it stands in the request line, without the query; null: there is none. */
  async find(urlPath: string): Promise<StaticFile | null> {
    const path = relativePath(urlPath);
    if (path === null) return null;
    try {
      if (this.#realRoot === '') this.#realRoot = await realpath(this.#root); // it may be made after the start
      const root = this.#realRoot;
      const file = await realpath(join(root, path));
      if (file !== root && !file.startsWith(root + sep)) return null;
      return await describe(file);
    } catch {
      return null; // missing, unreadable, or a name that no file can have
    }
  }
}

export interface StaticFile {
  readonly path: string;
  readonly length: number;
  readonly contentType: string;
  readonly etag: string;
  readonly lastModified: string;
}

async function describe(path: string): Promise<StaticFile | null> {
  const found = await stat(path);
  if (found.isDirectory()) {
    // The index of a folder; a link that leads elsewhere is not followed.
    const index = join(path, 'index.html');
    return (await realpath(index)) === index ? describe(index) : null;
  }
  if (!found.isFile()) return null;
  return {
    path,
    length: found.size,
    contentType: CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    etag: `W/"${found.size.toString(16)}-${Math.floor(found.mtimeMs).toString(16)}"`,
    lastModified: found.mtime.toUTCString(),
  };
}

/** Decoded once; segments that climb, hide or are no names of files are refused. */
function relativePath(urlPath: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (!path.startsWith('/') || /[\0\\]/.test(path)) return null;
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.some((segment) => segment.startsWith('.')) ? null : segments.join('/');
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.glb': 'model/gltf-binary',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};
