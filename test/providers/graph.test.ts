import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Secret } from '#entrance/config/secret.js';
import { groupsFromGraph } from '#entrance/providers/entra/graph.js';

const GRAPH = 'https://graph.example';
const FIRST = `${GRAPH}/v1.0/me/getMemberObjects`;
const next = (place: string) => ({ '@odata.nextLink': `${GRAPH}/v1.0/next?${place}` });

type Ask = Parameters<typeof groupsFromGraph>[2]['ask'];

/** What Graph is asked, and what comes of it, where it answers so. */
async function asking(answerTo: (url: string) => unknown, status = 200) {
  const asked: { url: string; method: string | undefined; body: unknown; headers: unknown }[] = [];
  const lines: string[] = [];
  const ask: Ask = async (url, { method, body, headers }) => {
    asked.push({ url, method, body, headers });
    const content = answerTo(url);
    if (content instanceof Error) throw content;
    const bytes = new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
    return { status, headers: new Headers(), body: bytes };
  };
  const groups = await groupsFromGraph(GRAPH, Secret.of('access-token'), {
    ask,
    deadline: AbortSignal.timeout(5_000),
    log: pino({}, { write: (line: string) => lines.push(line) }),
  });
  return { groups, asked, log: lines.join('') };
}

describe('groups from Graph', () => {
  test('are asked for with the person’s own token, of every kind, and each told once', async () => {
    const { groups, asked, log } = await asking((url) =>
      url === FIRST ? { value: ['a', 'b'], ...next('2') } : { value: ['b', 'c'] },
    );
    expect(groups).toEqual(['a', 'b', 'c']);
    const headers = expect.objectContaining({ authorization: 'Bearer access-token' });
    expect(asked).toEqual([
      { url: FIRST, method: 'POST', body: '{"securityEnabledOnly":false}', headers },
      { url: `${GRAPH}/v1.0/next?2`, method: 'GET', body: undefined, headers },
    ]);
    expect(log).toBe('');
  });

  test.each([
    'https://elsewhere.example/v1.0/next',
    'http://graph.example/v1.0/next',
    'https://graph.example:8443/v1.0/next',
    'https://graph.example@elsewhere.example/v1.0/next',
    '/v1.0/next',
  ])('are unknown where the next page is at %s, which isn’t asked', async (link) => {
    const { groups, asked } = await asking(() => ({ value: ['a'], '@odata.nextLink': link }));
    expect(groups).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  test.each([204, 302, 400, 401, 403, 404])(
    'are unknown with status %i, whatever it says',
    async (status) => {
      expect((await asking(() => ({ value: ['a'] }), status)).groups).toBeUndefined();
    },
  );

  test.each([
    ['no JSON', '<html>'],
    ['no list', { value: 'a' }],
    ['nothing', {}],
    ['what is no ID', { value: ['a', 7] }],
    ['an ID that is none', { value: ['a'.repeat(101)] }],
    ['a failure', new Error('deadline')],
  ])('are unknown with %s; the log says so, without the token', async (_, content) => {
    const { groups, log } = await asking(() => content);
    expect(groups).toBeUndefined();
    expect(log).toContain('Microsoft Graph could not be asked');
    expect(log).not.toContain('access-token');
  });

  test('are unknown where there is always one page more', async () => {
    const { groups, asked } = await asking(() => ({ value: ['a'], ...next('again') }));
    expect(groups).toBeUndefined();
    expect(asked).toHaveLength(20);
  });

  test('are none where there are none', async () => {
    expect((await asking(() => ({ value: [] }))).groups).toEqual([]);
  });
});
