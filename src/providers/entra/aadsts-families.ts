import type { FailureText } from '../failure-text.js';
import {
  anotherDirectory,
  consentMissing,
  device,
  misconfigured,
  policy,
  refused,
  startAgain,
  unavailable,
} from './aadsts-kinds.js';

export interface AadstsFamily {
  /** The subject of the family's numbers, for the documentation. */
  readonly about: string;
  readonly text: FailureText;
  /** True if the family's text applies with any `error` beside the number, even `server_error`. */
  readonly isCertain?: true;
}

const signInLogs =
  'Entra ID → Monitoring → Sign-in logs → this attempt (search for the correlation ID) says which rule or fault it was.';

const signIn = refused({
  title: 'Microsoft couldn’t complete this sign-in',
  visitor:
    'Start again and follow Microsoft’s steps. If it ends here once more, ask your IT support and quote the code below.',
  operator: `Microsoft refused this sign-in. ${signInLogs}`,
});

const request = misconfigured(
  'its request wasn’t accepted',
  'Microsoft refused the request of this server: check the registration of {clientId}, SSO_ENTRA_SCOPES, SSO_ENTRA_PROMPT and SSO_ENTRA_DOMAIN_HINT, and that nothing in front of this server changes requests.',
);

const credential = misconfigured(
  'its credential was refused',
  'The credential of {clientId} was refused. App registrations → {clientId} → Certificates & secrets: compare it with the secret, certificate or federated token that is configured here, or make a new one.',
);

const resource = misconfigured(
  'an API that it asks for can’t be used in the directory',
  'SSO_ENTRA_SCOPES ({scopes}) names an API that the directory {tenant} doesn’t have, has disabled, or that {clientId} has no permission for. App registrations → {clientId} → API permissions; then {adminConsentUrl}',
);

const directory = misconfigured(
  'the directory wasn’t found',
  'Microsoft knows no tenant {tenant} at {authority}: check SSO_ENTRA_TENANT_ID and, for a national cloud, SSO_ENTRA_AUTHORITY.',
);

const cloud = misconfigured(
  'the directory is in another cloud',
  'The tenant {tenant} isn’t in the cloud of {authority}: set SSO_ENTRA_AUTHORITY to that of its own cloud, such as https://login.microsoftonline.us.',
);

const redirectUri = misconfigured(
  'the redirect URI isn’t registered',
  'App registrations → {clientId} → Authentication → Web: register the redirect URI {redirectUri}, letter by letter.',
  'This console’s address isn’t registered at Microsoft',
);

const claimsTransformation = misconfigured(
  'a rule for its claims fails at Microsoft',
  'A claims transformation or claims-mapping policy of {clientId} fails: Enterprise applications → {clientId} → Single sign-on → Attributes & Claims, and the policies assigned to it.',
);

const ownSigningKey = misconfigured(
  'the key that its tokens are signed with isn’t right',
  'The tokens of {clientId} are to be signed with a key of its own (claims mapping): add a valid one to its enterprise application, or take the claims-mapping policy away.',
);

const federatedSignIn = refused({
  title: 'Your organisation’s own sign-in has a problem',
  visitor:
    'Microsoft asked your organisation’s own sign-in service, and its answer couldn’t be used. Try again later, or ask your IT support and quote the code below.',
  operator:
    'The identity provider that the person’s domain is federated with answered wrongly or not at all: see its log, and the federation settings of the domain.',
});

const onPremises = refused({
  title: 'Your organisation’s own directory has a problem',
  visitor:
    'Microsoft asked your organisation’s own directory about your password and got no usable answer. Try again later, or ask your IT support and quote the code below.',
  operator:
    'Pass-through authentication: Entra ID → Entra Connect → Pass-through authentication shows the agents; their logs and the domain controllers say why.',
});

/** Families of numbers, by their first digits; the longest match counts. Microsoft adds digits for special cases: 53003, 530032. */
export const aadstsFamilies: Readonly<Record<string, AadstsFamily>> = {
  '1002': {
    about: 'the connection of this server to Microsoft',
    text: misconfigured(
      'Microsoft refused the way in which it connects',
      'Microsoft refused the connection itself, for example for an old version of TLS: a proxy between this server and {authority} has to speak TLS 1.2 or later.',
    ),
  },
  '110000': {
    about: 'custom authentication extensions',
    text: refused({
      title: 'Microsoft couldn’t complete this sign-in',
      visitor:
        'A step that was added to this sign-in has failed. Start again; if it ends here once more, tell whoever runs this console and quote the code below.',
      operator: `A custom authentication extension of {tenant} failed: Entra ID → External Identities → Custom authentication extensions. ${signInLogs}`,
    }),
  },
  '120': {
    about: 'changing a password',
    text: refused({
      title: 'Your password couldn’t be changed',
      visitor:
        'Microsoft didn’t take the new password. Change it at Microsoft or with your IT support, then start again.',
      operator:
        'The person has to change the password, and it was refused: password policy, or writeback to Active Directory.',
    }),
  },
  '13': {
    about: 'keys of a device',
    text: device('The key or device of Windows Hello isn’t known, or is disabled.'),
    isCertain: true,
  },
  '14': {
    about: 'sessions of a device',
    text: startAgain(
      'Your session at Microsoft can’t be used here',
      'The nonce or the key of the device’s session was missing or out of date.',
    ),
  },
  '160': {
    about: 'choosing among sessions',
    text: refused({
      title: 'Microsoft couldn’t tell which account to use',
      visitor: 'Start again and choose the account of your organisation.',
      operator: 'The session that was chosen can’t be used. SSO_ENTRA_PROMPT=select_account always asks.',
      severity: 'info',
    }),
  },
  '165': { about: 'the request', text: request },
  '200': { about: 'a federated domain', text: federatedSignIn },
  '22': {
    about: 'devices and browsers',
    text: device('The device, or the browser on it, isn’t one that Microsoft supports here.'),
  },
  '240': {
    about: 'registering devices',
    text: device('The person or the device may not be registered in the directory.'),
  },
  '280': { about: 'scopes', text: resource },
  '400': { about: 'a federated domain', text: federatedSignIn },
  '50': {
    about: 'the sign-in itself',
    text: signIn,
  },
  '50001': { about: 'an API', text: resource },
  '50002': {
    about: 'tenant restrictions of a network',
    text: policy(
      'The network that the person used allows sign-ins to other directories only (tenant restrictions): its proxy adds Restrict-Access-To-Tenants.',
    ),
    isCertain: true,
  },
  '50003': { about: 'signing keys', text: ownSigningKey },
  '50005': {
    about: 'devices',
    text: device('Conditional Access doesn’t support the platform of the device.'),
    isCertain: true,
  },
  '50008': { about: 'a federated domain', text: federatedSignIn },
  '50011': { about: 'the redirect URI', text: redirectUri },
  '50013': { about: 'the client assertion', text: credential },
  '50020': {
    about: 'kinds of accounts',
    text: anotherDirectory(
      'This kind of account can’t be used for {clientId} or for {scopes}. App registrations → {clientId} → Authentication → Supported account types; or invite the person: Entra ID → Users → Invite external user.',
    ),
  },
  '50021': {
    about: 'access between directories',
    text: policy(
      'A cross-tenant access policy, of the person’s directory (outbound) or of {tenant} (inbound), doesn’t allow it: Entra ID → External Identities → Cross-tenant access settings.',
    ),
    isCertain: true,
  },
  '50057': {
    about: 'disabled accounts',
    text: refused({
      title: 'That account is disabled at Microsoft',
      visitor: 'Ask your IT support if you think that this is a mistake.',
      operator: 'The account is disabled in its directory.',
    }),
  },
  '50097': { about: 'devices', text: device('A policy asks for device authentication.'), isCertain: true },
  '50124': { about: 'claims', text: claimsTransformation, isCertain: true },
  '50127': {
    about: 'devices',
    text: device('A policy asks for a broker app, such as Company Portal, on the device.'),
    isCertain: true,
  },
  '50129': {
    about: 'devices',
    text: device('A policy asks for a device that is registered (workplace join).'),
    isCertain: true,
  },
  '50131': {
    about: 'Conditional Access',
    text: policy(
      `Conditional Access: the state of the device, suspicious activity, or a policy. ${signInLogs}`,
    ),
    isCertain: true,
  },
  '50146': { about: 'signing keys', text: ownSigningKey, isCertain: true },
  '50147': { about: 'the request', text: request },
  '50148': { about: 'the request', text: request },
  '50149': { about: 'the request', text: request },
  '50155': { about: 'devices', text: device('The device couldn’t prove which one it is.'), isCertain: true },
  '50162': { about: 'claims', text: claimsTransformation, isCertain: true },
  '50187': { about: 'devices', text: device('The device couldn’t prove which one it is.'), isCertain: true },
  '51': {
    about: 'the sign-in itself',
    text: signIn,
  },
  '53': {
    about: 'Conditional Access, devices, risk and security defaults',
    text: policy(
      `A policy blocked this sign-in: Conditional Access, risk, or security defaults. ${signInLogs}`,
    ),
    isCertain: true,
  },
  '54': {
    about: 'rules for groups of people',
    text: policy(`A rule of the directory, such as that for minors, blocked this sign-in. ${signInLogs}`),
    isCertain: true,
  },
  '65': {
    about: 'consent',
    text: consentMissing(
      'Consent for {scopes} is missing or can’t be given. App registrations → {clientId} → API permissions → Grant admin consent, or {adminConsentUrl}',
    ),
  },
  '65005': { about: 'permissions and APIs', text: resource },
  '70': {
    about: 'the grant, or the application',
    text: refused({
      title: 'That sign-in is no longer valid',
      visitor:
        'Start again. If it ends here once more, tell whoever runs this console and quote the code below.',
      operator: `Microsoft refused the code, the token or the application {clientId}. ${signInLogs}`,
    }),
  },
  '70000': {
    about: 'codes and refresh tokens',
    text: startAgain(
      'That sign-in is no longer valid',
      'The code or refresh token was refused: used before, revoked, or meant for another tenant or redirect URI than {redirectUri}.',
    ),
  },
  '70001': {
    about: 'the application',
    text: misconfigured(
      'the application can’t be used in the directory',
      'The application {clientId} is disabled, or isn’t in the directory {tenant}: Enterprise applications → {clientId} → Properties; check SSO_ENTRA_CLIENT_ID and SSO_ENTRA_TENANT_ID. Consent installs it: {adminConsentUrl}',
    ),
  },
  '70002': { about: 'credentials', text: credential },
  '70003': { about: 'the request', text: request },
  '70004': { about: 'the redirect URI', text: redirectUri },
  '70005': { about: 'the request', text: request },
  '70007': { about: 'the request', text: request },
  '70008': {
    about: 'codes and refresh tokens',
    text: startAgain(
      'That took a little too long',
      'The code or refresh token has expired: the callback came late, or a clock is off.',
    ),
  },
  '70011': { about: 'scopes', text: resource },
  '70012': {
    about: 'faults at Microsoft',
    text: unavailable('A fault of Microsoft’s sign-in for personal accounts.'),
  },
  '7002': {
    about: 'federated credentials',
    text: misconfigured(
      'its federated token isn’t accepted',
      'Microsoft doesn’t take the federated token: its issuer, subject, audience or kind isn’t one that a federated credential of {clientId} allows. App registrations → {clientId} → Certificates & secrets → Federated credentials; “entrance doctor” prints what to enter.',
    ),
  },
  '75': {
    about: 'SAML',
    text: misconfigured(
      'it is set up for another protocol',
      'Microsoft answers with an error of SAML, and this product speaks OpenID Connect: Enterprise applications → {clientId} → Single sign-on must not be SAML; use an app registration of its own.',
    ),
  },
  '76': {
    about: 'SAML',
    text: misconfigured(
      'it is set up for another protocol',
      'The registration {clientId} asks for signed SAML requests, and this product speaks OpenID Connect: use an app registration of its own.',
    ),
  },
  '80': { about: 'pass-through authentication', text: onPremises },
  '81': {
    about: 'Kerberos (seamless single sign-on)',
    text: refused({
      title: 'Signing in by Windows didn’t work',
      visitor:
        'Start again and sign in with your password. If that doesn’t help, ask your IT support and quote the code below.',
      operator:
        'Seamless single sign-on: the Kerberos ticket was refused. Check the computer account AZUREADSSOACC, its key, and the clocks.',
    }),
  },
  '90': { about: 'the request', text: request },
  '90002': { about: 'the directory', text: directory },
  '90006': {
    about: 'faults at Microsoft',
    text: unavailable('A passing fault at Microsoft. Nothing to change here.'),
  },
  '90008': {
    about: 'consent',
    text: consentMissing(
      'Consent for {scopes} is missing, or the application lacks User.Read: {adminConsentUrl}',
    ),
  },
  '90019': { about: 'the directory', text: directory },
  '90024': {
    about: 'faults at Microsoft',
    text: unavailable('A passing fault at Microsoft. Nothing to change here.'),
  },
  '90033': {
    about: 'faults at Microsoft',
    text: unavailable('A passing fault at Microsoft. Nothing to change here.'),
  },
  '90038': { about: 'national clouds', text: cloud },
  '90043': { about: 'national clouds', text: cloud },
  '90051': { about: 'national clouds', text: cloud },
  '90055': {
    about: 'faults at Microsoft',
    text: unavailable('Microsoft has blocked or throttled the directory {tenant} for too many requests.'),
  },
  '90072': {
    about: 'guests',
    text: anotherDirectory(
      'The account isn’t a guest of the directory {tenant}: Entra ID → Users → Invite external user.',
    ),
  },
  '90090': {
    about: 'faults at Microsoft',
    text: unavailable('A passing fault of Microsoft Graph. Nothing to change here.'),
  },
  '90091': {
    about: 'faults at Microsoft',
    text: unavailable('A passing fault of Microsoft Graph. Nothing to change here.'),
  },
  '90094': {
    about: 'consent',
    text: consentMissing('Only administrators may consent here: {adminConsentUrl}'),
  },
  '90095': {
    about: 'consent',
    text: consentMissing(
      'The person asked for an administrator’s consent: Enterprise applications → Admin consent requests, or {adminConsentUrl}',
    ),
  },
  '90097': { about: 'the redirect URI', text: redirectUri },
  '90123': { about: 'a federated domain', text: federatedSignIn },
};

/** The family of a number; undefined if no family begins with its digits. */
export function familyOf(number: number): AadstsFamily | undefined {
  const digits = String(number);
  for (let length = digits.length; length > 1; length -= 1) {
    const beginning = digits.slice(0, length);
    if (Object.hasOwn(aadstsFamilies, beginning)) return aadstsFamilies[beginning];
  }
  return undefined;
}
