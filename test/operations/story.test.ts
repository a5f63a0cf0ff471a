import { expect, test } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { storyOf } from '#entrance/requests/request-id.js';

async function tellAt(level: string) {
  const lines: string[] = [];
  const log = pino({ level }, { write: (line: string) => void lines.push(line) });
  let made = 0;
  const app = express().get('/', (incoming, response) => {
    storyOf(log, incoming)('a step', () => {
      made += 1;
      return { groups: 12 };
    });
    response.end();
  });
  await request(app).get('/').set('X-Request-Id', 'request-1').expect(200);
  return { lines: lines.map((line) => JSON.parse(line)), made };
}

test('a step is told under the ID of its request', async () => {
  const { lines } = await tellAt('debug');
  expect(lines).toMatchObject([{ level: 20, requestId: 'request-1', groups: 12, msg: 'a step' }]);
});

test('while debug is off, a step costs nothing', async () => {
  expect(await tellAt('info')).toEqual({ lines: [], made: 0 });
});
