import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '#entrance/config/config-error.js';
import type { EnvFile } from '#entrance/config/env-file.js';
import { parseConfig, readEnvFile } from '#entrance/settings.js';

const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrance-env-'));
  path = join(folder, '.env');
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(content: string | Buffer, environment: Record<string, string> = {}): EnvFile {
  writeFileSync(path, content);
  return readEnvFile(path, environment);
}
const problems = (content: string, environment?: Record<string, string>) =>
  read(content, environment).problems.map(({ variable, problem }) => `${variable} ${problem}`);

describe('a .env that is there and can’t be read is refused, and says why', () => {
  const refusal = () => {
    try {
      readEnvFile(path, {});
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
    }
    return undefined;
  };

  test('a directory', () => {
    mkdirSync(path);
    expect(refusal()).toContain('The .env file can’t be read: it is a directory.');
  });
  test('a link that leads nowhere', () => {
    symlinkSync(join(folder, 'nowhere'), path);
    expect(refusal()).toContain('The .env file can’t be read: its link leads nowhere.');
  });
  test('a link that leads to itself', () => {
    symlinkSync(path, path);
    expect(refusal()).toContain('its link leads in a circle');
  });
  test.each([
    ['UTF-16 with a mark', Buffer.from('\ufeffSSO_ENABLED=true\n', 'utf16le'), 'UTF-16'],
    ['UTF-16 without a mark', Buffer.from('SSO_ENABLED=true\n', 'utf16le'), 'UTF-16'],
    ['UTF-16 in the other order', Buffer.from('SSO_ENABLED=true\n', 'utf16le').swap16(), 'UTF-16'],
    ['Latin-1', Buffer.from('BRAND_NAME=Café\n', 'latin1'), 'isn’t UTF-8'],
    ['a NUL', Buffer.from('BRAND_NAME=a\0b\n'), 'NUL'],
  ])('%s', (_, bytes, words) => {
    writeFileSync(path, bytes);
    expect(refusal()).toContain('The .env file isn’t UTF-8');
    expect(refusal()).toContain(words);
  });

  test('only a file that doesn’t exist passes silently', () => {
    expect(readEnvFile(path, {})).toEqual({ values: {}, problems: [], warnings: [] });
  });
});

describe('what dotenv drops or changes is refused by the variable’s name, without the value', () => {
  test.each([
    ['PLATFORM_ADMIN_PASSWORD=QZX7-orbit#QZX7', /cut at its #.*single quotes/],
    ['SESSION_SECRET=#QZX7', /cut at its #/],
    ['SSO_ENTRA_TEAM_MAPPINGS={"QZX7":"C# developers"}', /cut at its #/],
    ['SSO_ENTRA_TEAM_MAPPINGS={"QZX7":"C # developers"}', /cut at its #/],
    ['REDIS_URL=redis://:p@QZX7#word@redis.example:6379/0', /cut at its #/],
    ['PLATFORM_ADMIN_PASSWORD="QZX7\\$kettle"', /backslash.*single quotes, without backslashes/],
    ['PLATFORM_ADMIN_PASSWORD="QZX7\\\\kettle"', /backslash/],
    ['PLATFORM_ADMIN_PASSWORD="QZX7\\nkettle"', /backslash/],
    ['PLATFORM_ADMIN_PASSWORD=QZX7\\$kettle', /backslash/],
    ["PLATFORM_ADMIN_PASSWORD='QZX7\\'kettle'", /backslash/],
    ['SSO_ENTRA_ADMIN_GROUPS="[\\"QZX7\\"]"', /backslash/],
    ['BRAND_NAME="QZX7', /nothing closes/],
    ["BRAND_NAME='QZX7' QZX7", /behind its closing quotation mark/],
    ['BRAND_NAME="QZX7"QZX7"', /behind its closing quotation mark, or a quotation mark inside/],
    ["BRAND_NAME='QZX7'#QZX7", /behind its closing quotation mark/],
    ['SSO_ENTRA_ROLE_MAPPINGS={\n  "QZX7": "developer"\n}', /JSON over several lines/],
    ['SSO_TRUSTED_DOMAINS=[\n  "a.example",\n  "b.example"\n]', /JSON over several lines/],
    ["BRAND_NAME=\n'QZX7'", /more than one way/],
    ['set BRAND_NAME=QZX7', /is no assignment/],
    ['$env:BRAND_NAME="QZX7"', /is no assignment/],
    ['-e BRAND_NAME=QZX7', /is no assignment/],
  ])('%s', (line, words) => {
    const found = problems(`PORT=8171\n${line}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(words);
    expect(found[0]).toContain(/[A-Z]+(?:_[A-Z]+)+/.exec(line)?.[0]);
    expect(JSON.stringify(read(`${line}\n`).problems)).not.toContain('QZX7');
  });

  test('a quotation mark of somebody else’s variable doesn’t take our settings with it', () => {
    expect(problems('FOO="a\nSESSION_SECRET=QZX7\nBAR="\n')).toEqual([
      expect.stringMatching(/^FOO .*settings between them aren’t read/),
    ]);
  });

  test('a name that is assigned twice is warned of', () => {
    expect(read('PORT=1\nBRAND_NAME=a\nPORT=2\n')).toMatchObject({
      problems: [],
      values: { PORT: '2' },
      warnings: [expect.stringMatching(/PORT is set more than once in .env, in the lines 1, 3: the last/)],
    });
  });

  test('a line that says nothing is warned of by its number alone', () => {
    expect(read('PORT=1\nQZX7\n').warnings).toEqual([
      'Line 2 of .env is no assignment, NAME=value, and has no effect',
    ]);
  });

  test.each(['PORT: 8171', 'PORT =8171', 'PORT = 8171'])('%s is read, with a warning', (line) => {
    expect(read(line)).toMatchObject({
      problems: [],
      values: { PORT: '8171' },
      warnings: [expect.stringMatching(/^PORT is set apart/)],
    });
  });

  test('other people’s variables, and those that the environment sets, are none of our business', () => {
    expect(problems('FOO=a#b\nBAR="a\\"b"\n')).toEqual([]);
    expect(problems('BRAND_NAME=a#b\n', { BRAND_NAME: '' })).toEqual([]);
  });

  test.each([
    ['BRAND_NAME=Harbour North # the name', 'Harbour North'],
    ['export BRAND_NAME=Harbour', 'Harbour'],
    ['  BRAND_NAME="Harbour # 1" # the name', 'Harbour # 1'],
    ['BRAND_NAME=`it\'s "Harbour"`', 'it\'s "Harbour"'],
    ['\ufeffBRAND_NAME=Harbour\r\n', 'Harbour'],
    ['BRAND_NAME=', ''],
    ["BRAND_NAME='C:\\new'", 'C:\\new'],
  ])('%s is fine', (line, value) => {
    expect(read(line)).toMatchObject({ problems: [], warnings: [], values: { BRAND_NAME: value } });
  });

  test('a refused value is complained of once, and what needs it isn’t', () => {
    const envFile = read(
      'PLATFORM_ADMIN_EMAIL=admin@harbour.example\nPLATFORM_ADMIN_PASSWORD=plum#kettle-orbit\n',
    );
    let message = '';
    try {
      parseConfig(envFile.values, { envFile });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('The configuration has a problem');
    expect(message).toContain('PLATFORM_ADMIN_PASSWORD in line 2 of .env is cut');
  });
});

describe('never silently different', () => {
  /** Texts of the characters that mean something to somebody. */
  const texts = fc
    .array(fc.constantFrom(...'ab9 #\'"`\\$%={}[]:,-!\n\r\t', 'é', '’', '\ufeff', '\u2028'), {
      maxLength: 14,
    })
    .map((characters) => characters.join(''));

  test.each(["'", '"', '`'])('a value in %s is read back as it was written, or refused', (mark) => {
    fc.assert(
      fc.property(texts, (value) => {
        fc.pre(!value.includes(mark));
        const { values, problems: found } = read(`PORT=1\nBRAND_NAME=${mark}${value}${mark}\nHOST=::\n`);
        if (found.length > 0) return;
        expect(values).toEqual({ PORT: '1', BRAND_NAME: value.replaceAll(/\r\n?/g, '\n'), HOST: '::' });
      }),
      { numRuns: 500 },
    );
  });

  test('a value without quotes is read back but for a comment behind a blank, or refused', () => {
    fc.assert(
      fc.property(texts, (value) => {
        fc.pre(!/[\r\n]|^\s*['"`]/.test(value));
        const { values, problems: found } = read(`PORT=1\nBRAND_NAME=${value}\nHOST=::\n`);
        if (found.length > 0) return;
        const meant = value.replace(/\s#.*$/, '').trim();
        expect(values).toEqual({ PORT: '1', BRAND_NAME: meant, HOST: '::' });
      }),
      { numRuns: 500 },
    );
  });

  test('single quotes alone keep every secret that generators make', () => {
    const printable = fc.string({ unit: fc.constantFrom(...PRINTABLE), minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(printable, (secret) => {
        fc.pre(!secret.includes("'"));
        const { values, problems: found } = read(`PLATFORM_ADMIN_PASSWORD='${secret}'`);
        expect({ value: values.PLATFORM_ADMIN_PASSWORD, found }).toEqual({ value: secret, found: [] });
      }),
    );
  });
});
