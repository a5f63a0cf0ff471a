import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import createRouter from 'router';
import serveStatic from 'serve-static';
import type { BrandConfig } from '../config/config.js';
import { PUBLIC_FOLDER } from '../package-folders.js';
import { isSafe } from '../requests/navigation.js';
import { sandbox } from './security-headers.js';

const BRAND_LOGO = 'brand-logo';
const STYLES = '/admin/assets/styles.css';
/** In the order in which later rules win. */
const STYLESHEETS = ['tokens', 'base', 'layout', 'components'];

export type Assets = ReturnType<typeof createAssets>;

export function createAssets({ logo }: BrandConfig) {
  const version = createHash('sha256').update(contentOf(PUBLIC_FOLDER)).digest('base64url').slice(0, 12);
  /** The address of an asset below the mount point. It holds the asset's version, so that caches may keep it for good. */
  const path = (name: string) => `/admin/assets/${name}?v=${version}`;
  const routes = createRouter();
  const styles = joinStylesheets();
  routes.use(STYLES, (request, response, next) => {
    if (!isSafe(request)) return next();
    response.set('Cache-Control', 'public, max-age=31536000, immutable').type('css').send(styles);
  });
  if (logo !== undefined) {
    routes.get(`/admin/assets/${BRAND_LOGO}`, (_request, response) => {
      sandbox(response);
      response.set('Cache-Control', 'public, max-age=3600').type(logo.contentType).send(logo.bytes);
    });
  }
  routes.use(
    '/admin/assets',
    serveStatic(PUBLIC_FOLDER, {
      index: false,
      redirect: false,
      immutable: true,
      maxAge: '365d',
      fallthrough: true,
    }),
  );
  return {
    /** Serves the stylesheets and icons, without a session and without the store. */
    routes,
    path,
    brandLogoPath: logo === undefined ? undefined : path(BRAND_LOGO),
    icon: iconAddress(),
  };
}

export function iconAddress(): string {
  const icon = readFileSync(join(PUBLIC_FOLDER, 'favicon.svg'), 'utf8').trim();
  return `data:image/svg+xml,${encodeURIComponent(icon)}`;
}

/** One stylesheet for every page, so that a page waits for one answer; without comments and spare blanks. */
export function joinStylesheets(): string {
  return STYLESHEETS.map((name) => readFileSync(join(PUBLIC_FOLDER, `${name}.css`), 'utf8'))
    .join('')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replaceAll(': ', ':');
}

function contentOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\0');
}
