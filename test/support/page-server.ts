import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { joinStylesheets } from '#entrance/pages/assets.js';

const PUBLIC_FOLDER = fileURLToPath(new URL('../../public/', import.meta.url));
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript',
};
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'";
/** Browsers keep the product's assets, too. */
const KEPT = { 'Cache-Control': 'max-age=31536000, immutable' };

export interface PageServer {
  readonly origin: string;
  close(): void;
}

/** Serves rendered pages by path on loopback, with the product's assets and a policy as strict as its own. */
export async function servePages(pages: ReadonlyMap<string, string>): Promise<PageServer> {
  const stylesheet = joinStylesheets();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const page = pages.get(pathname);
    const asset = /^\/admin\/assets\/((?:icons\/)?[a-z]+\.\w+)$/.exec(pathname)?.[1];
    if (page !== undefined) {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': CSP }).end(page);
    } else if (asset === 'styles.css') {
      response.writeHead(200, { ...KEPT, 'Content-Type': 'text/css' }).end(stylesheet);
    } else if (asset !== undefined) {
      response
        .writeHead(200, { ...KEPT, 'Content-Type': CONTENT_TYPES[extname(asset)] })
        .end(readFileSync(PUBLIC_FOLDER + asset));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return { origin: `http://localhost:${port}`, close: () => server.close() };
}
