import { describe, expect, test } from '@jest/globals';
import { readPeople } from '#entrance/people/people-csv.js';

const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const problems = async (file: Uint8Array | string) =>
  (await readPeople(file)).problems.map(({ problem }) => problem);

describe('a file of people that isn’t CSV in UTF-8', () => {
  test.each([
    ['an .xlsx', bytes([0x50, 0x4b, 3, 4], 'xl/workbook.xml'), 'is a workbook (.xlsx or .ods)'],
    [
      'an .xls',
      bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      'is a workbook of an old Excel (.xls)',
    ],
    ['a PDF', bytes('%PDF-1.7\n'), 'is a PDF'],
    ['an RTF document', bytes('{\\rtf1\\ansi email}'), 'is a document (RTF)'],
    ['something compressed', bytes([0x1f, 0x8b, 8, 0]), 'is compressed (gzip)'],
    ['a picture', bytes([0x89, 0x50, 0x4e, 0x47]), 'is a picture'],
    [
      '“Unicode Text” of Excel',
      bytes([0xff, 0xfe], [...Buffer.from('email\r\na@b.co\r\n', 'utf16le')]),
      'is in UTF-16, which Excel calls “Unicode Text”',
    ],
    ['UTF-16 of the other order', bytes([0xfe, 0xff, 0, 0x65, 0, 0x6d]), 'is in UTF-16'],
    ['UTF-16 without a mark', Buffer.from('email\na@b.co\n', 'utf16le'), 'NUL'],
    ['Windows-1252', Buffer.from('email,full_name\na@b.co,J\xF6rg\n', 'latin1'), 'isn’t in UTF-8'],
    ['a web page', bytes('\n<!DOCTYPE html><html></html>'), 'is a web page'],
    ['a workbook as XML', bytes('<?xml version="1.0"?><Workbook/>'), 'is a web page or XML'],
  ])('is recognised, and told how to save it: %s', async (_kind, file, words) => {
    const [first] = await problems(file);
    expect(first).toContain(words);
    expect(first).toContain('save it as “CSV UTF-8 (comma delimited)”');
  });
});

describe('a CSV file', () => {
  test.each(['sep=;\r\n', 'SEP=;\n', '"sep=;"\r\n', '\uFEFFsep=;\r\n', 'sep=;;;\r\n'])(
    'may begin with Excel’s line that names what separates (%j)',
    async (line) => {
      const { rows, problems: found } = await readPeople(
        bytes(`${line}email;full_name\r\na@b.co;"Hopper, Grace"\r\n`),
      );
      expect(found).toEqual([]);
      expect(rows).toMatchObject([{ line: 3, email: 'a@b.co', full_name: 'Hopper, Grace' }]);
    },
  );

  test('may name another separator than the usual ones', async () => {
    const { rows } = await readPeople('sep=|\nemail|full_name\na@b.co|Ada, Grace; Lin\n');
    expect(rows).toMatchObject([{ email: 'a@b.co', full_name: 'Ada, Grace; Lin' }]);
  });

  test('may begin with a byte order mark, also twice', async () => {
    expect((await readPeople(bytes('\uFEFF\uFEFFemail\na@b.co\n'))).rows).toMatchObject([
      { email: 'a@b.co' },
    ]);
  });

  test('may be Entra’s own export: mail, else the user principal name, and displayName', async () => {
    const {
      rows,
      warnings,
      problems: found,
    } = await readPeople(
      [
        'userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department',
        'ada@acme.onmicrosoft.com,Ada Lovelace,Lovelace,ada@acmecorp.com,Ada,x,Member,,',
        'grace@acmecorp.com,Grace Hopper,Hopper,,Grace,y,Member,,',
      ].join('\r\n'),
    );
    expect(found).toEqual([]);
    expect(rows).toMatchObject([
      { email: 'ada@acmecorp.com', full_name: 'Ada Lovelace' },
      { email: 'grace@acmecorp.com', full_name: 'Grace Hopper' },
    ]);
    expect(warnings).toMatchObject([
      {
        line: 1,
        problem: expect.stringContaining('surname, givenName, objectId, userType, jobTitle and 1 more'),
      },
    ]);
  });

  test('may have the headings of the admin centers, in words', async () => {
    const { rows } = await readPeople('User principal name,Display name\nada@acmecorp.com,Ada\n');
    expect(rows).toMatchObject([{ email: 'ada@acmecorp.com', full_name: 'Ada' }]);
  });

  test('of our own columns may have no other one', async () => {
    expect(await problems('email,phone\na@b.co,1\n')).toEqual([
      expect.stringContaining('the column “phone”'),
    ]);
    expect(await problems('email,Email\na@b.co,b@b.co\n')).toEqual([expect.stringContaining('twice')]);
  });

  test('with very many columns is refused in one problem, without comparing each with each', async () => {
    const header = Array.from({ length: 2_000 }, (_, index) => `c${index}`).join(',');
    expect(await problems(`${header}\na@b.co\n`)).toEqual([
      'has more than 200 columns. Take out what isn’t needed.',
    ]);
    expect(await problems(`${header.repeat(95)}\na@b.co\n`)).toEqual([
      'is longer than 64 KB. Perhaps a quotation mark is missing at the end of a cell.',
    ]);
  });
});
