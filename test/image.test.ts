import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** What docs/security.md says of the image and of Compose. */

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

test('what runs in the image is no superuser, and changes none of its files', () => {
  const lines = read('Dockerfile').split('\n');
  const user = lines.indexOf('USER node');
  expect(user).toBeGreaterThan(lines.findLastIndex((line) => line.startsWith('FROM ')));
  expect(user).toBeGreaterThan(lines.findLastIndex((line) => /^(?:COPY|RUN|ADD) /.test(line)));
  expect(lines.filter((line) => /--chown|^USER (?!node$)/.test(line))).toEqual([]);
});

test('in Compose nothing writes to its file system, has capabilities or gets more, and nobody else reaches Redis', () => {
  const compose = read('compose.yaml');
  const [, services = '', networks = ''] =
    /^services:\n(.*?)^networks:\n(.*?)^volumes:/ms.exec(compose.replaceAll(/^#.*\n/gm, '')) ?? [];
  const each = services.split(/^ {2}(?=\w+:$)/m).filter((service) => service.trim() !== '');
  expect(each.map((service) => service.split(':', 1)[0])).toEqual(['entrance', 'redis']);
  for (const service of each) {
    expect(service).toMatch(/^ {4}read_only: true$/m);
    expect(service).toMatch(/^ {4}cap_drop:\n {6}- ALL$/m);
    expect(service).toMatch(/^ {6}- no-new-privileges:true$/m);
    expect(service).not.toMatch(/privileged: true|cap_add/);
  }
  const redis = each.at(-1) ?? '';
  expect(redis).toMatch(/^ {4}networks:\n {6}- store$(?!\n {6}-)/m);
  expect(redis).not.toMatch(/^ {4}ports:/m);
  expect(networks).toMatch(/^ {2}store:\n {4}internal: true$/m);
});
