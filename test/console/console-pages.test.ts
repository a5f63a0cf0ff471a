import { expect, test } from '@jest/globals';
import express, { type ErrorRequestHandler } from 'express';
import request from 'supertest';
import { createConsolePages } from '#entrance/console/console-pages.js';
import type { ErrorCode } from '#entrance/error-codes.js';
import { EntranceError } from '#entrance/errors.js';
import type { Notice } from '#entrance/pages/notices.js';
import type { Pages } from '#entrance/pages/pages.js';

/** A form whose work ends with an error of this code, and the notices that it leaves. */
function failingForm(code: ErrorCode, detail?: string) {
  const notices: Notice[] = [];
  const unused = () => {
    throw new Error('no page is sent here');
  };
  const pages: Pages = {
    textOf: (error) => error,
    at: (path) => path,
    send: unused,
    sendError: unused,
    sendFramed: unused,
    formPath: unused,
    homeOf: unused,
    leaveNotice: (_response, notice) => void notices.push(notice),
  };
  const { answerForm } = createConsolePages(pages);
  const status: ErrorRequestHandler = (error, _request, response, _next) =>
    response.sendStatus(error instanceof EntranceError ? error.status : 500);
  const app = express()
    .post('/', (_request, response) =>
      answerForm(response, '/admin/teams', async () => {
        throw new EntranceError(code, detail === undefined ? {} : { detail });
      }),
    )
    .use(status);
  return { app, notices };
}

test('a form that was refused leads back, and says why in whole sentences', async () => {
  const { app, notices } = failingForm('team_name_taken');
  await request(app).post('/').expect(303).expect('Location', '/admin/teams');
  expect(notices).toEqual([{ tone: 'danger', text: expect.stringMatching(/^There is a team of that name/) }]);
});

test('a detail of its own is all that a refusal says', async () => {
  const { app, notices } = failingForm('not_found', 'There is no team with this ID.');
  await request(app).post('/').expect(303);
  expect(notices).toEqual([{ tone: 'danger', text: 'There is no team with this ID.' }]);
});

test('a form that met a fault of ours doesn’t lead on as if it had been answered', async () => {
  const { app, notices } = failingForm('store_unavailable');
  await request(app).post('/').expect(503);
  expect(notices).toEqual([]);
});
