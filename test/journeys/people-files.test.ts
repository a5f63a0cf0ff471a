import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

const WORKBOOK = Buffer.from('PK\x03\x04\x14\0\x06\0xl/workbook.xml', 'latin1');
const BYTE_ORDER_MARK = '\uFEFF';

let entrance: TestEntrance;
let admin: TestAgent;
let token: string;
beforeAll(async () => {
  entrance = await startTestEntrance();
  admin = await entrance.signIn('admin');
  token = await entrance.token('*');
});
afterAll(() => entrance.close());

const importing = (file: Buffer, type = 'text/csv') =>
  request(entrance.app)
    .post('/auth/users/import?dry_run=true')
    .set('Authorization', `Bearer ${token}`)
    .set('Content-Type', type)
    .serialize((body) => body)
    .send(file);

test('a workbook in place of CSV is recognised in the console and by the API', async () => {
  const { text } = await admin
    .post('/admin/users/import')
    .attach('file', WORKBOOK, 'people.xlsx')
    .expect(422);
  expect(text).toContain('is a workbook (.xlsx or .ods)');
  const { body } = await importing(WORKBOOK).expect(200);
  expect(body).toMatchObject({
    rows: [],
    problems: [{ line: 0, problem: expect.stringContaining('CSV UTF-8') }],
  });
});

test('a file whose request names its encoding is read by that', async () => {
  const csv = 'email,full_name\njorg@contoso.com,Jörg\n';
  const utf16 = Buffer.from(`${BYTE_ORDER_MARK}${csv}`, 'utf16le');
  for (const [file, type] of [
    [Buffer.from(csv), 'text/csv; charset=UTF-8'],
    [Buffer.from(csv, 'latin1'), 'text/csv; charset=iso-8859-1'],
    [utf16, 'text/csv; charset="utf-16"'],
  ] as const) {
    const { body } = await importing(file, type).expect(200);
    expect(body).toMatchObject({ problems: [], rows: [{ full_name: 'Jörg' }] });
  }
  expect((await importing(utf16)).body.problems).toMatchObject([
    { problem: expect.stringContaining('UTF-16') },
  ]);
});

test('Entra’s own export is previewed and imported, with a word about what isn’t read', async () => {
  const csv = 'userPrincipalName,displayName,mail,accountEnabled\r\nlin@contoso.com,Lin Chen,,true\r\n';
  const preview = await admin
    .post('/admin/users/import')
    .attach('file', Buffer.from(csv), 'exportUsers.csv')
    .expect(200);
  expect(preview.text).toContain('columns of Entra that aren’t read: accountEnabled');
  await admin.post('/admin/users/import/confirm').type('form').send({ csv }).expect(303);
  expect((await entrance.deps.directory.findByEmail('lin@contoso.com'))?.fullName).toBe('Lin Chen');
});

test('CSV that a browser downloads begins with a byte order mark, and CSV for programs doesn’t', async () => {
  const bytes = async (agent: TestAgent, path: string, accept: string) => {
    const { body } = await agent
      .get(path)
      .set('Accept', accept)
      .buffer(true)
      .parse((answer, done) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => done(null, Buffer.concat(chunks)));
      });
    return (body as Buffer).toString('latin1'); // what the parser above makes
  };
  expect(await bytes(admin, '/admin/audit/export/csv', 'text/html')).toMatch(/^\xEF\xBB\xBFevent\.sequence/);
  expect(await bytes(admin, '/admin/audit/export/ndjson', 'text/html')).toMatch(/^\{/);
  expect(await bytes(admin, '/auth/audit', 'text/csv')).toMatch(/^event\.sequence/);
});
