import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

const FRAMED = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe', Accept: 'text/html' };

let entrance: TestEntrance;
let host: Express;
beforeAll(async () => {
  entrance = await startTestEntrance();
  const { routes, requireSession } = assembleEntrance(entrance.deps);
  host = express().use(routes, requireSession);
});
afterAll(() => entrance.close());

test.each([
  ['//elsewhere.example/reports', '/admin'],
  ['/\\elsewhere.example/reports', '/admin'],
  ['/reports?day=1&by=team', '/reports?day=1&amp;by=team'],
])('a framed page at %s links to %s, and never to another host', async (path, href) => {
  const answer = await request(host).get(path).set(FRAMED).expect(401);
  expect(/<a href="([^"]*)"/.exec(answer.text)?.[1]).toBe(href);
});
