import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Router } from 'express';
import type { BrandConfig } from '../config/config.js';
import { PUBLIC_FOLDER } from '../package-folders.js';

const BRAND_LOGO = 'brand-logo';

export interface Assets {
  /** Serves the stylesheets and icons, without a session and without the store. */
  readonly routes: Router;
  /**
   * The address of an asset below the mount point. The address holds the asset's version, so that caches may keep it
   * for good.
   */
  path(name: string): string;
  readonly brandLogoPath: string | undefined;
}

export function createAssets({ logo }: BrandConfig): Assets {
  const version = createHash('sha256').update(contentOf(PUBLIC_FOLDER)).digest('base64url').slice(0, 12);
  const path = (name: string) => `/admin/assets/${name}?v=${version}`;
  const routes = express.Router();
  if (logo !== undefined) {
    routes.get(`/admin/assets/${BRAND_LOGO}`, (_request, response) => {
      response.set('Cache-Control', 'public, max-age=3600').type(logo.contentType).send(logo.bytes);
    });
  }
  routes.use(
    '/admin/assets',
    express.static(PUBLIC_FOLDER, {
      index: false,
      redirect: false,
      immutable: true,
      maxAge: '365d',
      fallthrough: true,
    }),
  );
  return { routes, path, brandLogoPath: logo === undefined ? undefined : path(BRAND_LOGO) };
}

function contentOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\0');
}
