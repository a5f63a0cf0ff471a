import { parseCookie } from 'cookie';
import { createClient } from 'redis';
import { serveHost } from './host.js';

/** The least that a session on Redis can cost: a cookie, one GET, JSON.parse. */
const redis = await createClient({ url: process.env.REDIS_URL }).connect();

await serveHost((app) => {
  app.post('/sign-in', async (_request, response) => {
    const id = crypto.randomUUID();
    await redis.set(`session:${id}`, JSON.stringify({ name: 'Amara Okafor', roles: ['gateway.admin'] }), {
      expiration: { type: 'EX', value: 28_800 },
    });
    response.cookie('sid', id, { httpOnly: true, sameSite: 'lax' }).sendStatus(204);
  });

  return async (request, response, next) => {
    const { sid } = parseCookie(request.headers.cookie ?? '');
    const stored = sid === undefined ? null : await redis.get(`session:${sid}`);
    if (stored === null) return response.sendStatus(401);
    request.user = JSON.parse(stored);
    return request.user.roles.includes('gateway.admin') ? next() : response.sendStatus(403);
  };
});
