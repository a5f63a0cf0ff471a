import { expect, test } from '@jest/globals';
import { LOCAL_ADMIN, startTestEntrance, storeKinds } from '../support/entrance.js';

const HOME = '198.51.100.7';
/** More than may wait for their turn. */
const GUESSES = 300;

test.each(storeKinds)(
  '300 guesses at once from as many addresses keep nobody out who signed in from theirs before, on %s',
  async (store) => {
    const entrance = await startTestEntrance({ store, settings: { TRUST_PROXY: '1' } });
    const send = async (address: string, email: string, password: string) => {
      const asked = entrance.browser().post('/admin/login').set('X-Forwarded-For', address).type('form');
      return (await asked.send({ email, password })).status;
    };
    const atHome = () => send(HOME, LOCAL_ADMIN.email, LOCAL_ADMIN.password);
    expect(await atHome()).toBe(303);

    let sent = 0;
    // Of an account each: after a hundred guesses at one account the throttle refuses, and nobody waits.
    const guess = () => {
      sent += 1;
      return send(`203.0.${sent >> 8}.${sent & 255}`, `nobody${sent}@contoso.com`, 'not it');
    };
    const guesses = (count: number) => Array.from({ length: count }, guess);
    // On a busy machine the store may be too slow for so many at once (503), so that few of them get as far as the queue.
    for (let isFull = false; !isFull; ) {
      const before = guesses(GUESSES);
      const person = atHome();
      const after = guesses(10);
      const [status, statuses] = await Promise.all([person, Promise.all([...before, ...after])]);
      isFull = status !== 503 && statuses.slice(GUESSES - 10).every((one) => one === 429);
      if (isFull) expect(status).toBe(303);
      expect(statuses).not.toContain(303);
    }
    await entrance.close();
  },
);
