import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';

test.each(['express', 'zod', '@redis/client', 'openid-client', 'pino', 'ejs'])(
  'the notices beside the bundles name %s, its version and its licence',
  async (library) => {
    const notices = await readFile('dist/THIRD-PARTY-NOTICES.txt', 'utf8');
    const { version, license } = JSON.parse(await readFile(`node_modules/${library}/package.json`, 'utf8'));
    const notice = notices.split(/^-{72}$/m).find((one) => one.trim().startsWith(`${library} ${version} (`));
    expect(notice).toContain(`(${license})`);
    expect(notice).toMatch(/Permission|Copyright|See .*:\/\//);
  },
);
