import { expect, test } from '@jest/globals';
import type { ErrorRequestHandler } from 'express';
import request from 'supertest';
import { forHosts } from '#entrance/guards/for-hosts.js';
import { expressVersions } from '../support/express-versions.js';

const failing = forHosts(async () => {
  throw Object.assign(new Error('too late'), { status: 418 });
});

test.each(expressVersions)(
  'an error that comes later reaches the app’s own error handler in %s, once',
  async (_version, create) => {
    const app = create();
    let times = 0;
    app.use('/late', failing);
    const handle: ErrorRequestHandler = (error, _request, response, _next) => {
      times += 1;
      response.status(418).send(error instanceof Error ? error.message : '');
    };
    app.use(handle);
    await request(app).get('/late').expect(418, 'too late');
    expect(times).toBe(1);
  },
);
