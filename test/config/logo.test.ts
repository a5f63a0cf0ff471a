import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { parseConfig } from '#entrance/settings.js';

const administrator = {
  PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
};
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function logoOf(content: string | Buffer) {
  const files = { read: () => Buffer.from(content as string), stamp: () => '' }; // Buffer.from takes either
  return parseConfig({ ...administrator, BRAND_LOGO_FILE: '/logo' }, { files }).brand.logo;
}
const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"${attributes}>${inside}</svg>`;

test('a PNG is known by its signature', () => {
  expect(logoOf(PNG)).toEqual({ contentType: 'image/png', bytes: PNG });
});

test.each([
  ['plain', svg('<path d="M0 0h9v9z"/>')],
  [
    'with a declaration, a document type and a comment',
    `\uFEFF<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n${svg('<g/>')}\n`,
  ],
  [
    'with references inside',
    svg(
      '<defs><linearGradient id="a"/></defs><use href="#a"/><rect fill="url(#a)" style="mask:url(\'#a\')"/>',
    ),
  ],
  ['with an image inside', svg('<image href="data:image/png;base64,iVBORw0KGgo="/>')],
  [
    'with a style',
    svg('<style><![CDATA[.a > .b { fill: url(#a) }]]></style><title>Acme &amp; Sons &#169;</title>'),
  ],
  [
    'of an editor',
    svg('<metadata><rdf:RDF/></metadata>', ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'),
  ],
  ['with entities of its own', `<!DOCTYPE svg [<!ENTITY a "b">]>${svg('&a;')}`],
  ['with scripts, which no browser runs', svg('<script>alert(1)</script>')],
])('an SVG %s is taken', (_, content) => {
  expect(logoOf(content)?.contentType).toBe('image/svg+xml');
});

describe('refused', () => {
  test.each([
    ['another root', '<html><svg/></html>'],
    ['text', 'a logo'],
    ['nothing', ''],
    ['a GIF', 'GIF89a'],
  ])('%s', (_, content) => {
    expect(() => logoOf(content)).toThrow(ConfigError);
    expect(() => logoOf(content)).toThrow(/BRAND_LOGO_FILE names a file that/);
  });

  test('what isn’t UTF-8', () => {
    expect(() => logoOf(Buffer.from(`\ufeff${svg('')}`, 'utf16le'))).toThrow(ConfigError);
  });

  test('an SVG of more than 100 KB and a PNG of more than 1 MB', () => {
    expect(() => logoOf(svg('<g/>'.repeat(26_000)))).toThrow(/100 KB/);
    expect(() => logoOf(Buffer.concat([PNG, Buffer.alloc(1024 * 1024)]))).toThrow(/1 MB/);
  });

  test('a file that isn’t there, without the path', () => {
    expect(() => parseConfig({ ...administrator, BRAND_LOGO_FILE: '/nowhere/logo.svg' })).toThrow(
      /BRAND_LOGO_FILE names a file that can’t be read/,
    );
  });
});
