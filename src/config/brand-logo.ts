import { readFileSync } from 'node:fs';
import type { BrandConfig } from './config.js';

const MAX_BYTES = 100 * 1024;
const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** What an SVG may not bring along: script, handlers, links elsewhere, entities, embedded pages. */
const ACTIVE_CONTENT =
  /<script|<foreignObject|<iframe|<!ENTITY|\son\w+\s*=|javascript:|(?:href|src)\s*=\s*["']?\s*(?!#|data:image\/png)|url\(\s*["']?\s*(?!#)|@import/i;

/** Reads and checks the operator's logo. Throws an Error that says what is wrong with it. */
export function readBrandLogo(path: string): NonNullable<BrandConfig['logo']> {
  const bytes = readFileSync(path);
  if (bytes.length > MAX_BYTES) throw new Error('is larger than 100 KB');
  if (bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE))
    return { contentType: 'image/png', bytes };
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF?\s*(?:<\?xml[^>]*\?>|<!--[\s\S]*?-->|<!DOCTYPE[^>[]*>|\s)*/i, '');
  if (!/^<svg[\s>]/i.test(text)) throw new Error('is neither a PNG nor an SVG');
  if (ACTIVE_CONTENT.test(text)) throw new Error('holds script, or refers to something outside itself');
  return { contentType: 'image/svg+xml', bytes };
}
