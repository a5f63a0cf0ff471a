import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printableJson, printableText, spelledOut } from '#entrance/identity/printable.js';
import { oddText } from './support/odd-text.js';

const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NAME = 'a\u009B31m\u202Eb\u001B[31m\u200B\u{E0041}\u007F\u2028\rc';

/** The output of a separate program that logs this name. */
async function logged(format: 'json' | 'pretty'): Promise<string> {
  const program = `import { createLog } from './src/log.ts';
    const name = ${JSON.stringify(NAME)};
    createLog({ level: 'info', format: '${format}', file: undefined }).info({ name, err: new Error(name) }, name);`;
  const options = ['--import', 'tsx', '--input-type=module', '--eval', program];
  return (await promisify(execFile)(process.execPath, options, { cwd: ROOT })).stdout;
}

test('a line of the log holds nothing that a terminal obeys, and says the same', async () => {
  const line = await logged('json');
  expect(line).not.toMatch(UNSAFE);
  expect(line).toContain('\\u009b31m\\u202eb');
  expect(JSON.parse(line)).toMatchObject({ name: NAME, msg: NAME, err: { message: NAME } });
});

test('nor do the lines for people', async () => {
  const lines = await logged('pretty');
  expect(lines).not.toMatch(UNSAFE);
  expect(lines).toContain('\\u009b31m\\u202eb\\u001b[31m');
});

test('a line of JSON stays the same value, whatever text it holds', () => {
  fc.assert(
    fc.property(oddText, (text) => {
      const line = printableJson(JSON.stringify({ text }));
      expect(line).not.toMatch(UNSAFE);
      expect(JSON.parse(line)).toEqual({ text });
    }),
  );
});

test('where texts are printed themselves, escapes are spelled out', () => {
  fc.assert(
    fc.property(oddText, (text) => {
      const { text: printed } = JSON.parse(spelledOut(printableJson(JSON.stringify({ text }))));
      expect(printed.replaceAll(/[\t\n]/g, '')).not.toMatch(UNSAFE);
    }),
  );
  expect(JSON.parse(spelledOut(JSON.stringify({ text: 'c:\\u001b\u001B' })))).toEqual({
    text: 'c:\\u001b\\u001b',
  });
});

test('a text in a file spells out what nobody sees', () => {
  expect(printableText('=\u202Ea\nb\u009B')).toBe('=\\u202ea\\u000ab\\u009b');
});
