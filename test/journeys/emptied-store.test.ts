import { expect, test } from '@jest/globals';
import { createClient } from '@redis/client';
import request from 'supertest';
import { LOCAL_ADMIN, startTestEntrance } from '../support/entrance.js';
import { until } from '../support/timing.js';

/** Whom the start creates, and not the test entrance. */
const ADMIN = { email: LOCAL_ADMIN.email, password: 'a-first-one-for-29-kettles' };

test('an emptied store is noticed and said, and the administrator is made anew', async () => {
  const entrance = await startTestEntrance({
    store: 'Redis',
    settings: { PLATFORM_ADMIN_PASSWORD: ADMIN.password },
  });
  try {
    const { app, deps, redis } = entrance;
    expect(deps.isPrepared()).toBe(true);
    const operator = createClient({ url: redis?.url ?? '' });
    await operator.connect();
    await operator.flushAll();
    await operator.close();

    await until(() =>
      entrance.logged.some((line) => line.includes('the store was emptied') && line.includes('"level":50')),
    );
    await until(async () => (await request(app).get('/readyz')).status === 200);
    await entrance.browser().post('/admin/login').type('form').send(ADMIN).expect(303);
    expect(await deps.audit.verify()).toMatchObject({ intact: true });
  } finally {
    await entrance.close();
  }
});
