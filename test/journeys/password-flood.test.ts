import { expect, test } from '@jest/globals';
import { LOCAL_ADMIN, startTestEntrance, storeKinds } from '../support/entrance.js';
import { until } from '../support/timing.js';

const HOME = '198.51.100.7';

test.each(storeKinds)(
  '150 guesses at once from as many addresses keep nobody out who signed in from theirs before, on %s',
  async (store) => {
    const entrance = await startTestEntrance({ store, settings: { TRUST_PROXY: '1' } });
    const send = (address: string, password: string) =>
      entrance
        .browser()
        .post('/admin/login')
        .set('X-Forwarded-For', address)
        .type('form')
        .send({ email: LOCAL_ADMIN.email, password });
    await send(HOME, LOCAL_ADMIN.password).expect(303);

    let refused = 0;
    const guesses = Array.from({ length: 150 }, async (_, at) => {
      const { status } = await send(`203.0.113.${at}`, 'not it');
      if (status === 429) refused += 1;
      return status;
    });
    await until(async () => refused > 0); // from here on the queue is full
    await send(HOME, LOCAL_ADMIN.password).expect(303);
    expect(await Promise.all(guesses)).not.toContain(303);
    await entrance.close();
  },
);
