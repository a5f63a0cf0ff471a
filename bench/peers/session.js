import { RedisStore } from 'connect-redis';
import session from 'express-session';
import { createClient } from 'redis';

/** express-session on connect-redis, as the README of connect-redis has it. */
export async function redisSession() {
  const client = await createClient({ url: process.env.REDIS_URL }).connect();
  return session({
    store: new RedisStore({ client, prefix: 'peer:' }),
    resave: false,
    saveUninitialized: false,
    secret: process.env.SESSION_SECRET,
    cookie: { httpOnly: true, sameSite: 'lax' },
  });
}
