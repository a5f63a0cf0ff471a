import { type FailureText, misconfigured, refused, unavailable } from './failure-text.js';

const notYourFault = 'This is not something you did.';

/** An error in the request that we send: neither a person nor an obvious setting is at fault. */
export const ourRequest = (what: string): FailureText =>
  misconfigured({
    title: 'Signing in with {provider} isn’t set up correctly',
    visitor: `${notYourFault} Tell whoever runs this console that its request was not accepted.`,
    operator: `The provider refused ${what}. Check the registration of {clientId}, and the settings {requestSettings}.`,
  });

/** A silent attempt (`prompt=none`) never ends with this error: it goes on with the question. */
const interactionNeeded = (what: string): FailureText =>
  refused({
    title: '{provider} has a question for you first',
    visitor: `{provider} has to ask you ${what} before you can go on. Start again, and answer when it asks.`,
    operator:
      'The provider needs to ask the person something, and didn’t: its sign-in logs say what. Something in front of this server may change requests.',
  });

/** An error of a grant or a protocol that a sign-in doesn't use: a provider that sends it isn't working properly. */
const unexpected = (what: string): FailureText =>
  refused({
    title: 'Signing in with {provider} didn’t work',
    visitor:
      '{provider}’s answer doesn’t fit this sign-in. Start again; if it happens once more, tell whoever runs this console and quote the reference below.',
    operator: `The provider answered with an error of ${what}, which a sign-in here doesn’t use. Check that {addressSetting} names a sign-in of {provider}, and that no proxy changes requests.`,
  });

/** The IANA registry “OAuth Extensions Error”. The code decides; a provider's additions refine the text. */
export const oauthErrorTexts = {
  // RFC 6749 §4.1.2.1 and §5.2
  access_denied: refused({
    code: 'sso_cancelled',
    severity: 'info',
    title: 'You didn’t finish signing in',
    visitor: 'The sign-in at {provider} was cancelled. Nothing has changed; start again when you’re ready.',
    operator: 'The person cancelled, or the provider denied access: its sign-in logs say which.',
  }),
  invalid_request: ourRequest('a request as malformed'),
  unauthorized_client: {
    ...ourRequest('this application for the authorization code flow'),
    operator:
      'The client {clientId} may not use the authorization code flow here. Allow it that flow, and register {redirectUri}.',
  },
  unsupported_response_type: ourRequest('the response type “code”'),
  invalid_scope: {
    ...ourRequest('a scope'),
    operator:
      'A scope is unknown or not allowed; these are asked for: “{scopes}”. Allow {clientId} each of them, or leave it out.',
  },
  server_error: unavailable({
    title: '{provider} has a problem right now',
    visitor: '{provider}’s sign-in service reports a fault of its own. Try again in a minute.',
    operator: 'A fault at the provider. Nothing to change here; see the provider’s service health.',
  }),
  temporarily_unavailable: unavailable({
    title: '{provider} is busy right now',
    visitor: '{provider}’s sign-in service is overloaded or under maintenance. Try again in a minute.',
    operator: 'The provider is overloaded or under maintenance. Nothing to change here.',
  }),
  invalid_client: misconfigured({
    title: 'Signing in with {provider} isn’t set up correctly',
    visitor: `${notYourFault} Tell whoever runs this console that its credential was refused.`,
    operator:
      'The credential of {clientId} was refused. Compare it with that of the registration, or create a new one, and set it here.',
  }),
  invalid_grant: refused({
    title: 'That sign-in is no longer valid',
    visitor: 'It was used already or took too long. Start again; it usually takes seconds.',
    operator:
      'The authorization code was refused: expired, used before, or issued for another redirect URI than {redirectUri}.',
  }),
  unsupported_grant_type: ourRequest('the authorization code grant'),

  // OpenID Connect Core §3.1.2.6
  interaction_required: interactionNeeded('something'),
  login_required: interactionNeeded('to sign in'),
  account_selection_required: interactionNeeded('which account to use'),
  consent_required: refused({
    title: 'This application hasn’t been approved yet',
    visitor:
      'Nobody has consented to this console reading your profile. Ask an administrator to grant consent.',
    operator: 'Nobody has consented to what {clientId} asks for, “{scopes}”. Grant consent for everybody.',
  }),
  invalid_request_uri: ourRequest('a request URI'),
  invalid_request_object: ourRequest('a request object'),
  request_not_supported: ourRequest('a request object'),
  request_uri_not_supported: ourRequest('a request URI'),
  registration_not_supported: ourRequest('a registration'),
  unmet_authentication_requirements: refused({
    title: 'A stronger sign-in is needed',
    visitor:
      'This console asks for a way of signing in that {provider} couldn’t offer you. Start again, or ask your IT support.',
    operator: 'The provider couldn’t meet what was asked for (Unmet Authentication Requirements 1.0).',
  }),

  // RFC 9470, RFC 8707, RFC 9396, RFC 9449, RFC 8628, CIBA: these are registered, but a sign-in never causes them
  insufficient_user_authentication: interactionNeeded('to sign in more strongly'),
  invalid_target: ourRequest('a resource'),
  invalid_authorization_details: ourRequest('authorization details'),
  invalid_dpop_proof: unexpected('DPoP'),
  use_dpop_nonce: unexpected('DPoP'),
  authorization_pending: unexpected('the device flow'),
  slow_down: unexpected('the device flow'),
  expired_token: unexpected('the device flow'),
  transaction_failed: unexpected('backchannel authentication'),
  unknown_user_id: unexpected('backchannel authentication'),
  invalid_user_code: unexpected('backchannel authentication'),
  missing_user_code: unexpected('backchannel authentication'),
  expired_login_hint_token: unexpected('backchannel authentication'),
  invalid_binding_message: unexpected('backchannel authentication'),
  unsupported_token_type: unexpected('token revocation'),
} satisfies Readonly<Record<string, FailureText>>;
