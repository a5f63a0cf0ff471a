import type { FailureText } from '../failure-text.js';
import {
  anotherDirectory,
  consentMissing,
  device,
  misconfigured,
  refused,
  secondFactor,
  startAgain,
  unavailable,
} from './aadsts-kinds.js';

/** `aadstsFamilies` has texts for the other numbers. Microsoft's own messages, which change, are never shown. */
export const aadstsTexts: Readonly<Record<number, FailureText>> = {
  16000: refused({
    title: 'Microsoft couldn’t tell which account to use',
    visitor: 'You’re signed in to several accounts at Microsoft. Start again and choose one.',
    operator:
      'Several accounts were signed in and none was chosen. SSO_ENTRA_PROMPT=select_account always asks.',
    severity: 'info',
  }),
  16003: anotherDirectory(
    'The account that was chosen isn’t in this directory ({tenant}). Invite the person as a guest if they should have access: Entra ID → Users → Invite external user.',
  ),
  50001: misconfigured(
    'a resource it asks for is unknown in the directory',
    'SSO_ENTRA_SCOPES ({scopes}) names an API that isn’t in the directory {tenant}. App registrations → {clientId} → API permissions shows which are.',
  ),
  50011: misconfigured(
    'the redirect URI isn’t registered',
    'App registrations → {clientId} → Authentication → Web: register the redirect URI {redirectUri}, letter by letter. If scheme or host in it are wrong, correct BASE_URL.',
    'This console’s address isn’t registered at Microsoft',
  ),
  50012: misconfigured(
    'its certificate was not accepted',
    'The signature or thumbprint of the client assertion isn’t right: App registrations → {clientId} → Certificates & secrets → Certificates has to list the certificate that is configured here.',
  ),
  50013: misconfigured(
    'its credential was refused',
    'The signature of the client assertion doesn’t fit what is registered: the certificate of {clientId} (Certificates & secrets) has to be that of SSO_ENTRA_CLIENT_CERTIFICATE_FILE, and the key has to belong to it.',
  ),
  50014: refused({
    title: 'Your account isn’t ready yet',
    visitor: 'Microsoft is still setting up your account in this directory. Try again in a few minutes.',
    operator: 'The guest’s redemption or the user’s provisioning isn’t finished.',
  }),
  50020: anotherDirectory(
    'The person used an account of another tenant. Invite them as a guest if they should have access (Entra ID → Users → Invite external user), or allow their tenant: see SSO_ENTRA_ALLOWED_TENANTS.',
  ),
  50034: refused({
    title: 'Microsoft doesn’t know that account here',
    visitor: 'Check the address for a slip, or switch to your work account of this organisation.',
    operator:
      'The user doesn’t exist in this directory. If it happens to everybody, SSO_ENTRA_TENANT_ID ({tenant}) is another one than you mean.',
  }),
  50053: refused({
    title: 'Microsoft has locked that account for now',
    visitor: 'Wait a little and try again, or ask your IT support.',
    operator:
      'Smart lockout, or an address that Microsoft blocks: Entra ID → Monitoring → Sign-in logs says which.',
  }),
  50055: refused({
    title: 'Your password at Microsoft has expired',
    visitor: 'Change it at Microsoft, then start again.',
    operator: 'The person has to change the password, or an administrator has to reset it: Entra ID → Users.',
  }),
  50056: refused({
    title: 'Microsoft couldn’t check your password',
    visitor: 'Reset your password at Microsoft, or ask your IT support, then start again.',
    operator:
      'The directory holds no password for this user, as with federated or newly synchronised accounts: check federation and password hash synchronisation.',
  }),
  50057: refused({
    title: 'That account is disabled at Microsoft',
    visitor: 'Ask your IT support if you think that this is a mistake.',
    operator: 'The account is disabled in the directory. Disable it here too if the person has left.',
  }),
  50058: refused({
    title: 'Nobody is signed in at Microsoft',
    visitor: 'Start again, and sign in when Microsoft asks.',
    operator:
      'Microsoft found nobody signed in and asked nobody: its own cookies are blocked in that browser, or something in front of this server changes requests.',
    severity: 'info',
  }),
  50059: misconfigured(
    'the request didn’t say which directory to use',
    'No tenant could be made out: SSO_ENTRA_TENANT_ID is {tenant}. Give the directory (tenant) ID from the overview of the app registration.',
  ),
  50072: secondFactor('The person has to enrol for multi-factor authentication first: aka.ms/mfasetup.'),
  50074: secondFactor('A Conditional Access policy asks for strong authentication, which was not completed.'),
  50076: secondFactor('A policy, or a new place, asks for multi-factor authentication.'),
  50078: secondFactor('The multi-factor authentication has expired and has to be done again.'),
  50079: secondFactor('The person has to enrol for multi-factor authentication: aka.ms/mfasetup.'),
  50097: device('A Conditional Access policy asks for device authentication.'),
  50105: refused({
    title: 'You haven’t been given access yet',
    visitor:
      'Your account is fine, but it isn’t assigned to this application. Ask an administrator to assign you.',
    operator:
      'Enterprise applications → {clientId} → Users and groups: assign the person, or a group that they are a direct member of (nested groups don’t count).',
  }),
  50126: refused({
    title: 'Microsoft didn’t accept that user name and password',
    visitor: 'Start again and type both afresh, or reset your password at Microsoft.',
    operator: 'Wrong user name or password, at Microsoft.',
    severity: 'info',
  }),
  50128: misconfigured(
    'its directory wasn’t found by its domain',
    'The domain {tenant} is not verified in any tenant: SSO_ENTRA_TENANT_ID takes the tenant ID, or a domain that Entra ID → Custom domain names lists as verified.',
  ),
  50146: misconfigured(
    'it has no valid key of its own to sign with',
    'A claims-mapping policy of {clientId} asks for a signing key of the application’s own, which is missing, expired or not yet valid: add one to its enterprise application (Microsoft Graph: servicePrincipals/…/addTokenSigningCertificate), or take the policy away.',
  ),
  50140: startAgain(
    'Microsoft was interrupted',
    'The “stay signed in” question was left unanswered: the person starts again.',
  ),
  50144: refused({
    title: 'Your password at Microsoft has expired',
    visitor: 'Change it with your organisation, then start again.',
    operator:
      'The Active Directory password has expired: the person changes it, or an administrator resets it.',
  }),
  50158: refused({
    title: 'Your organisation wants one more step',
    visitor: 'Start again and follow the steps of your organisation, for example its terms of use.',
    operator: 'An external challenge (terms of use, a custom control) wasn’t satisfied.',
    severity: 'info',
  }),
  50173: startAgain(
    'Your sign-in at Microsoft is out of date',
    'The grant was revoked, for example by a changed password: the person signs in afresh.',
  ),
  50177: anotherDirectory(
    'The account is from an external provider and isn’t in the directory {tenant}: Entra ID → Users → Invite external user.',
  ),
  50178: startAgain(
    'Your session at Microsoft can’t be used here',
    'The person’s session belongs to another tenant and has to be renewed.',
  ),
  50194: misconfigured(
    'the application is registered for one directory, and asked through all of them',
    'App registrations → {clientId} → Authentication says “single tenant”: set SSO_ENTRA_TENANT_ID to its directory (tenant) ID in place of {tenant}, or make the registration multi-tenant.',
  ),
  50196: refused({
    title: 'Too many sign-ins in a row',
    visitor:
      'Microsoft saw the same sign-in again and again. Close the other tabs, wait a minute, then start again.',
    operator:
      'The client is looping. Usually the session cookie doesn’t come back: the console has to be opened at BASE_URL.',
  }),
  500011: misconfigured(
    'a resource it asks for is unknown in the directory',
    'SSO_ENTRA_SCOPES ({scopes}) names an API that the directory {tenant} doesn’t have, or nobody consented to.',
  ),
  500113: misconfigured(
    'no redirect URI is registered',
    'App registrations → {clientId} → Authentication → Add a platform → Web: register {redirectUri}.',
  ),
  500117: misconfigured(
    'its redirect URI doesn’t use https',
    'The redirect URI is {redirectUri}: set BASE_URL to the https address that people use, and terminate TLS at the proxy.',
  ),
  500121: secondFactor('The multi-factor authentication was denied, or timed out.'),
  500208: misconfigured(
    'people sign in at another address than their directory’s own',
    'The kind of account doesn’t fit the sign-in at {authority}. Accounts of an external tenant (External ID) sign in at SSO_ENTRA_AUTHORITY=https://‹name›.ciamlogin.com, accounts of employees at https://login.microsoftonline.com.',
  ),
  500210: misconfigured(
    'its sign-in address and its directory don’t belong together',
    'SSO_ENTRA_AUTHORITY ({authority}) and SSO_ENTRA_TENANT_ID ({tenant}) name different tenants.',
  ),
  51004: anotherDirectory(
    'The account isn’t in the directory {tenant}: Entra ID → Users → Invite external user, or correct SSO_ENTRA_TENANT_ID.',
  ),
  53000: device('Conditional Access asks for a compliant device: Intune shows what this one lacks.'),
  53001: device('Conditional Access asks for a domain-joined device.'),
  53003: refused({
    title: 'A policy of your organisation blocked this sign-in',
    visitor: 'Your organisation’s rules (device, place or method) didn’t allow it. Ask your IT support.',
    operator:
      'Conditional Access blocked it: Entra ID → Monitoring → Sign-in logs → this attempt → Conditional Access names the policy.',
  }),
  53004: secondFactor(
    'Risky activity was seen before the person had enrolled for multi-factor authentication.',
  ),
  54005: startAgain(
    'That sign-in was completed already',
    'The authorization code was redeemed before: a repeated callback. If it happens to everybody, something in front of this server repeats requests.',
  ),
  65001: consentMissing(
    'Grant admin consent for {scopes}: App registrations → {clientId} → API permissions → Grant admin consent, or {adminConsentUrl}',
  ),
  65004: refused({
    code: 'sso_cancelled',
    title: 'You didn’t give consent',
    visitor: 'Signing in needs your consent to read your basic profile. Start again if that was a slip.',
    operator: 'The person declined consent. Admin consent spares everybody the question: {adminConsentUrl}',
    severity: 'info',
  }),
  65005: misconfigured(
    'its permissions are incomplete',
    'A scope of {scopes} isn’t among the permissions of the application: App registrations → {clientId} → API permissions → Add a permission, then Grant admin consent.',
  ),
  650052: misconfigured(
    'a service it needs isn’t enabled in the directory',
    'The directory {tenant} has no subscription for, or has disabled, an API of {scopes}: Enterprise applications shows it; then {adminConsentUrl}',
  ),
  650056: misconfigured(
    'its permissions are incomplete',
    'App registrations → {clientId} → API permissions: add the delegated permissions {scopes}, then Grant admin consent, or {adminConsentUrl}',
  ),
  70008: startAgain(
    'That took a little too long',
    'The authorization code has expired: the callback came late, or the clock is off.',
  ),
  70011: misconfigured(
    'a scope it asks for isn’t valid',
    'SSO_ENTRA_SCOPES is “{scopes}”: one of these is unknown, or mixes several APIs.',
  ),
  70021: misconfigured(
    'its federated credential isn’t known',
    'No federated credential of the application matches the token’s issuer, subject or audience: App registrations → {clientId} → Certificates & secrets → Federated credentials; “entrance doctor” prints what to enter.',
  ),
  70043: startAgain(
    'Your organisation wants you to sign in again',
    'A sign-in frequency policy of Conditional Access ended the grant.',
  ),
  700016: misconfigured(
    'the application wasn’t found in the directory',
    'The application {clientId} isn’t in the directory {tenant}: check SSO_ENTRA_CLIENT_ID and SSO_ENTRA_TENANT_ID. Of a multi-tenant application, the other directory has to consent first: {adminConsentUrl}',
  ),
  700022: misconfigured(
    'it asks for several APIs at once',
    'SSO_ENTRA_SCOPES is “{scopes}”: one request takes the scopes of one API. Leave openid, profile, email, offline_access and those of Microsoft Graph, such as User.Read.',
  ),
  700023: misconfigured(
    'a scope it asks for isn’t valid',
    'SSO_ENTRA_SCOPES is “{scopes}”: it names a scope without the API that it belongs to.',
  ),
  700024: misconfigured(
    'its credential was outside its time',
    'The client assertion was too early or too late: synchronise this machine’s clock (NTP); with a federated token, check that its file is being renewed.',
  ),
  700027: misconfigured(
    'its certificate isn’t registered',
    'App registrations → {clientId} → Certificates & secrets → Certificates: upload the certificate that is configured here; its thumbprint has to match.',
  ),
  700054: misconfigured(
    'a kind of answer isn’t switched on for it',
    'The response type id_token is off in the registration, and isn’t needed: this product asks for a code. Check that nothing changes the request on its way.',
  ),
  700082: startAgain(
    'Your sign-in at Microsoft is out of date',
    'The refresh token has expired through inactivity: the person signs in afresh.',
  ),
  700211: misconfigured(
    'its federated credential isn’t known',
    'No federated credential of the application matches the token’s issuer: App registrations → {clientId} → Certificates & secrets → Federated credentials.',
  ),
  700212: misconfigured(
    'its federated credential isn’t known',
    'No federated credential of the application matches the token’s audience: App registrations → {clientId} → Certificates & secrets → Federated credentials; “entrance doctor” prints what to enter.',
  ),
  700213: misconfigured(
    'its federated credential isn’t known',
    'No federated credential of the application matches the token’s subject: App registrations → {clientId} → Certificates & secrets → Federated credentials.',
  ),
  7000112: misconfigured(
    'the application is disabled',
    'Enterprise applications → {clientId} → Properties → Enabled for users to sign in: Yes.',
  ),
  7000215: misconfigured(
    'its credential was refused',
    'Wrong client secret: SSO_ENTRA_CLIENT_SECRET takes the Value of a secret of {clientId}, not its Secret ID. The Value is shown once: App registrations → {clientId} → Certificates & secrets → New client secret.',
  ),
  7000218: misconfigured(
    'it sent no credential',
    'The request held neither a client secret nor an assertion. App registrations → {clientId} → Authentication: {redirectUri} belongs under “Web”, and “Allow public client flows” is No.',
  ),
  7000222: misconfigured(
    'its client secret has expired',
    'App registrations → {clientId} → Certificates & secrets → New client secret; then set SSO_ENTRA_CLIENT_SECRET to its Value.',
    'This console’s credential at Microsoft has expired',
  ),
  7000229: misconfigured(
    'the application isn’t installed in the directory',
    'The application {clientId} has no enterprise application (service principal) in the directory {tenant}: an administrator makes one by granting consent, {adminConsentUrl}',
  ),
  75011: startAgain(
    'Microsoft wants another way of signing in',
    'The person was signed in by another method than what was asked for: SSO_ENTRA_PROMPT=login asks afresh.',
  ),
  90002: misconfigured(
    'the directory wasn’t found',
    'There is no tenant {tenant} at {authority}: check SSO_ENTRA_TENANT_ID and, for a national cloud, SSO_ENTRA_AUTHORITY.',
  ),
  90014: misconfigured(
    'a part of its request was missing',
    'A required parameter was missing: something in front of this server changes requests.',
  ),
  90023: misconfigured(
    'its request wasn’t accepted',
    'A parameter isn’t valid: unset SSO_ENTRA_PROMPT and SSO_ENTRA_DOMAIN_HINT. Prompt takes one value.',
  ),
  90033: unavailable('A passing fault at Microsoft. Nothing to change here.'),
  90036: unavailable('Microsoft couldn’t read from its directory. Nothing to change here.'),
  90072: anotherDirectory(
    'The account isn’t a guest of the directory {tenant}: Entra ID → Users → Invite external user.',
  ),
  90094: consentMissing(
    'Only administrators may consent here. App registrations → {clientId} → API permissions → Grant admin consent, or {adminConsentUrl}',
  ),
  90099: consentMissing(
    'The application hasn’t been authorised in the directory {tenant}: {adminConsentUrl}',
  ),
  900144: misconfigured(
    'a part of its request was missing',
    'The body lacked a required parameter: something in front of this server changes requests.',
  ),
  9002325: misconfigured(
    'the redirect URI is of the wrong kind',
    'Microsoft takes this for a single-page application. App registrations → {clientId} → Authentication: remove {redirectUri} from “Single-page application” and register it under “Web”.',
  ),
  9002326: misconfigured(
    'the redirect URI is of the wrong kind',
    'Microsoft takes this for a request of a browser: something in front of this server adds an Origin header. App registrations → {clientId} → Authentication: {redirectUri} belongs under “Web”.',
  ),
  9002327: misconfigured(
    'the redirect URI is of the wrong kind',
    'App registrations → {clientId} → Authentication: remove {redirectUri} from “Single-page application” and register it under “Web”.',
  ),
  9002313: misconfigured(
    'its request wasn’t accepted',
    'Microsoft found the request malformed: something in front of this server changes requests.',
  ),
};
