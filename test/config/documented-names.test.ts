import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { knownNames } from '#entrance/config/setting-groups.js';
import { providerKinds } from '#entrance/providers/kinds.js';
import { blocksOf, documentedPages } from '../support/documented-code.js';

const examples = readdirSync(new URL('../../examples/', import.meta.url));
const pages = [...documentedPages(), ...examples.map((example) => `examples/${example}/README.md`)];
/** A setting at the beginning of a line or of a command. */
const ASSIGNMENT = /(?<=^|[\s;(])[A-Z][A-Z0-9_]+(?==)/gm;
/** Of the shell, and of Node.js. */
const OF_OTHERS: ReadonlySet<string> = new Set(['TOKEN', 'NODE_USE_ENV_PROXY', 'HTTPS_PROXY']);
/** Providers that pages describe by `SSO_GENERIC_IDS`. */
const GENERIC_IDS = 'authentik,auth0,adfs,cognito';

const blocks = pages.flatMap(blocksOf).filter(({ language }) => ['sh', 'ini'].includes(language));
const named = blocks.flatMap(({ page, code }) =>
  [...code.matchAll(ASSIGNMENT)].map(([name]) => ({ page, name })),
);

test('every setting in a block of the documentation is one that has an effect', () => {
  const textOf = (name: string) => (name === 'SSO_GENERIC_IDS' ? GENERIC_IDS : undefined);
  const known = new Set(knownNames(providerKinds, textOf));
  const unknown = named.filter(
    ({ name }) => !OF_OTHERS.has(name) && !known.has(name.replace(/^ENTRANCE_/, '')),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(unknown).toEqual([]);
});
