import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Request, Response } from 'express';
import { VIEWS_FOLDER } from '#entrance/package-folders.js';
import type { Pages } from '#entrance/pages/pages.js';
import type { Views } from '#entrance/pages/views.js';

/** TypeScript takes neither more nor fewer than the map of models has. */
const views: Readonly<Record<keyof Views, true>> = {
  account: true,
  'add-people': true,
  approvals: true,
  audit: true,
  confirm: true,
  continue: true,
  dashboard: true,
  error: true,
  import: true,
  'no-access': true,
  setup: true,
  'setup-trial': true,
  roles: true,
  sessions: true,
  'sign-in': true,
  'signed-out': true,
  team: true,
  teams: true,
  token: true,
  tokens: true,
  user: true,
  users: true,
};
/** The frame around each page, and the answer to somebody else’s frame: nothing sends them by name. */
const OTHERS = ['framed', 'layout'];

test('each view has a model', () => {
  const files = readdirSync(VIEWS_FOLDER).filter((name) => name.endsWith('.ejs'));
  expect(files.sort()).toEqual([...Object.keys(views), ...OTHERS].map((name) => `${name}.ejs`).sort());
});

test('a view takes its own model alone', () => {
  // Never called: `npm run types` fails if one of these is taken.
  const calls = (pages: Pages, request: Request, response: Response) => {
    const onwards = { heading: 'On', href: '/', label: 'On' };
    pages.send(request, response, 'continue', { title: 'On' }, onwards);
    // @ts-expect-error: there is no such view
    pages.send(request, response, 'contineu', { title: 'On' }, onwards);
    // @ts-expect-error: the frame isn’t a page
    pages.send(request, response, 'layout', { title: 'On' }, onwards);
    // @ts-expect-error: the model of another view
    pages.send(request, response, 'signed-out', { title: 'On' }, onwards);
    // @ts-expect-error: a member is missing
    pages.send(request, response, 'continue', { title: 'On' }, { heading: 'On', href: '/' });
    // @ts-expect-error: a member that the view doesn’t have
    pages.send(request, response, 'continue', { title: 'On' }, { ...onwards, lable: 'On' });
  };
  expect(calls).toBeDefined();
});
