import { RedisStore } from 'connect-redis';
import openid from 'express-openid-connect';
import { createClient } from 'redis';
import { serveHost } from './host.js';

/** express-openid-connect: `SESSION=cookie`, its own encrypted cookie, or `SESSION=redis`. */
async function store() {
  if (process.env.SESSION === 'cookie') return {};
  const client = await createClient({ url: process.env.REDIS_URL }).connect();
  return { store: new RedisStore({ client, prefix: 'peer:' }) };
}

await serveHost(async (app) => {
  app.use(
    openid.auth({
      authRequired: false,
      issuerBaseURL: process.env.ISSUER,
      baseURL: process.env.BASE_URL,
      clientID: process.env.CLIENT_ID,
      clientSecret: process.env.CLIENT_SECRET,
      secret: process.env.SESSION_SECRET,
      authorizationParams: { response_type: 'code', scope: 'openid profile email' },
      session: await store(),
    }),
  );
  return [openid.requiresAuth(), openid.claimIncludes('roles', 'gateway.admin')];
});
