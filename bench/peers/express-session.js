import * as client from 'openid-client';
import { serveHost } from './host.js';
import { redisSession } from './session.js';

/**
 * express-session with connect-redis, and the code flow by hand as the quick start of openid-client has it; with
 * `VERIFY_SIGNATURE=yes` the ID token's signature is verified too.
 */
const redirectUri = `${process.env.BASE_URL}/callback`;
const config = await client.discovery(
  new URL(process.env.ISSUER),
  process.env.CLIENT_ID,
  process.env.CLIENT_SECRET,
  undefined,
  {
    execute: [
      client.allowInsecureRequests,
      ...(process.env.VERIFY_SIGNATURE === 'yes' ? [client.enableNonRepudiationChecks] : []),
    ],
  },
);

await serveHost(async (app) => {
  app.use(await redisSession());

  app.get('/login', async (request, response) => {
    const codeVerifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const nonce = client.randomNonce();
    request.session.signIn = { codeVerifier, state, nonce };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    response.redirect(url.href);
  });

  app.get('/callback', async (request, response, next) => {
    const { codeVerifier, state, nonce } = request.session.signIn;
    const tokens = await client.authorizationCodeGrant(
      config,
      new URL(request.originalUrl, process.env.BASE_URL),
      { pkceCodeVerifier: codeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
    );
    const { sub, name, email, roles } = tokens.claims();
    request.session.regenerate((failure) => {
      if (failure) return next(failure);
      request.session.user = { id: sub, name, email, roles };
      response.redirect('/reports');
    });
  });

  return (request, response, next) => {
    const { user } = request.session;
    if (user === undefined) return response.sendStatus(401);
    return user.roles.includes('gateway.admin') ? next() : response.sendStatus(403);
  };
});
