import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { LOCAL_ADMIN, startTestEntrance, storeKinds } from '../support/entrance.js';

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

    const statuses: number[] = [];
    let sent = 0;
    const guess = async () => {
      sent += 1;
      const { status } = await send(`203.0.${sent >> 8}.${sent & 255}`, 'not it');
      statuses.push(status);
    };
    const guesses: Promise<void>[] = [];
    // On a busy machine the store may be too slow for so many at once, so that few of them get as far as the queue.
    for (; !statuses.includes(429); await pause(20))
      if (statuses.length === sent) guesses.push(...Array.from({ length: 150 }, guess));
    // From here on the queue is full.
    let status = 503;
    while (status === 503) ({ status } = await send(HOME, LOCAL_ADMIN.password));
    expect(status).toBe(303);
    await Promise.all(guesses);
    expect(statuses).not.toContain(303);
    await entrance.close();
  },
);
