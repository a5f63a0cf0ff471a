import * as client from 'openid-client';
import { Strategy } from 'openid-client/passport';
import passport from 'passport';
import { serveHost } from './host.js';
import { redisSession } from './session.js';

/** Passport on express-session and connect-redis, with the strategy that openid-client brings. */
const config = await client.discovery(
  new URL(process.env.ISSUER),
  process.env.CLIENT_ID,
  process.env.CLIENT_SECRET,
  undefined,
  { execute: [client.allowInsecureRequests] },
);

await serveHost(async (app) => {
  app.use(await redisSession());
  app.use(passport.authenticate('session'));
  passport.use(
    'openid',
    new Strategy(
      { config, scope: 'openid profile email', callbackURL: `${process.env.BASE_URL}/callback` },
      (tokens, verified) => {
        const { sub, name, email, roles } = tokens.claims();
        verified(null, { id: sub, name, email, roles });
      },
    ),
  );
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user));

  app.get('/login', passport.authenticate('openid'));
  app.get('/callback', passport.authenticate('openid', { successRedirect: '/reports' }));

  return (request, response, next) => {
    if (!request.isAuthenticated()) return response.sendStatus(401);
    return request.user.roles.includes('gateway.admin') ? next() : response.sendStatus(403);
  };
});
