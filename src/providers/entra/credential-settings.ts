import * as z from 'zod';
import {
  ClientCertificate,
  chooseCertificate,
  KeyPairProblem,
  parseKeyPair,
} from '../../config/client-certificate.js';
import type { CredentialsConfig } from '../../config/config.js';
import { decodeText, NoText } from '../../config/decode-text.js';
import { tidy } from '../../config/dress.js';
import { causeOf } from '../../config/file-cause.js';
import { line, oneOf, understood } from '../../config/schemas.js';
import { Secret } from '../../config/secret.js';
import type { OptionalSetting, SecretSetting, Setting } from '../../config/setting.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { WARNING_DAYS } from '../credentials/expiry.js';

const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** A single word has this much. Microsoft generates secrets at random; other providers let people choose them. */
const LEAST_VARIETY_BITS = 10;
/** The variable that Azure’s own webhook for Kubernetes sets. */
export const AZURE_TOKEN_FILE = 'AZURE_FEDERATED_TOKEN_FILE';

const isoDate = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

export const credentialSettings = {
  clientSecret: {
    name: 'SSO_ENTRA_CLIENT_SECRET',
    secret: 'list',
    defaultInWords:
      'unset; with `SSO_ENTRA_ENABLED` a secret, a certificate or a federated token is required',
    example: 'the Value, not the Secret ID, shown once under “Certificates & secrets”',
    exampleInWords: true,
    meaning: 'The client secret. A list rotates it: the next is tried when Microsoft refuses one.',
    leastVariety: LEAST_VARIETY_BITS,
    schema: z
      .string()
      .refine(
        (secret) => !GUID.test(secret.trim().toLowerCase()),
        'looks like the Secret ID: the Value beside it is needed, which is shown once, when the secret is made',
      ),
  } satisfies SecretSetting,
  clientSecretExpires: {
    name: 'SSO_ENTRA_CLIENT_SECRET_EXPIRES',
    example: '2027-03-31',
    meaning: `When the client secret expires, as the portal shows it. From ${Math.max(...WARNING_DAYS)} days before, the log, \`/metrics\` and \`entrance doctor\` warn.`,
    schema: understood(
      (text) => (isoDate.safeParse(text).success ? Date.parse(text) : undefined),
      'must be a date such as 2027-03-31, with a time of day such as 2027-03-31T12:00:00Z if you like',
    ),
  } satisfies OptionalSetting<number>,
  clientCertificateFile: {
    name: 'SSO_ENTRA_CLIENT_CERTIFICATE_FILE',
    example: '/run/secrets/entra.crt',
    meaning:
      'A certificate in place of the client secret, or beside it: the path of a PEM file; of several certificates, the one that belongs to the key and is valid longest counts. Read again when it changed. Its expiry is read from it.',
    schema: line(4_096),
  } satisfies OptionalSetting<string>,
  clientKeyFile: {
    name: 'SSO_ENTRA_CLIENT_KEY_FILE',
    example: '/run/secrets/entra.key',
    meaning: 'The certificate’s private key: the path of a PEM file with an RSA key and no passphrase.',
    schema: line(4_096),
  } satisfies OptionalSetting<string>,
  clientAssertion: {
    name: 'SSO_ENTRA_CLIENT_ASSERTION',
    default: 'ps256',
    example: 'legacy',
    meaning:
      'How a certificate signs: `ps256` (PS256, `x5t#S256`), or `legacy` (RS256, `x5t`) for a cloud that doesn’t know it.',
    schema: oneOf(['ps256', 'legacy']),
  } satisfies Setting<CredentialsConfig['assertion']>,
  federatedTokenFile: {
    name: 'SSO_ENTRA_FEDERATED_TOKEN_FILE',
    defaultInWords: `\`${AZURE_TOKEN_FILE}\``,
    example: '/var/run/secrets/azure/tokens/azure-identity-token',
    meaning:
      'Workload identity federation: the path of the token that vouches for this workload. Read for every request to Microsoft’s token endpoint.',
    schema: line(4_096),
  } satisfies OptionalSetting<string>,
};

/** Undefined if no credential can be used; while the provider is on, that is a problem. */
export function readCredentials(settings: SettingsReader, enabled: boolean): CredentialsConfig | undefined {
  const secretExpires = settings.find(credentialSettings.clientSecretExpires);
  const assertion = settings.get(credentialSettings.clientAssertion);
  if (!enabled) return undefined;

  const secret = settings.findSecret(credentialSettings.clientSecret);
  const certificate = readCertificate(settings);
  const federatedToken = readFederatedToken(settings);
  checkSecretIsThere(settings);
  if (secret === undefined && certificate === undefined && federatedToken === undefined) {
    refuseWithout(settings);
    return undefined;
  }
  return { federatedToken, certificate, assertion, secret, secretExpires };
}

function readCertificate(settings: SettingsReader): ClientCertificate | undefined {
  const { clientCertificateFile, clientKeyFile } = credentialSettings;
  const certificatePath = settings.find(clientCertificateFile);
  const keyPath = settings.find(clientKeyFile);
  for (const [one, other] of [
    [clientCertificateFile, clientKeyFile],
    [clientKeyFile, clientCertificateFile],
  ] as const) {
    if (settings.isSet(one) && !settings.isSet(other))
      settings.reject(one, `is set without ${other.name}: a certificate and its key go together`);
  }
  if (certificatePath === undefined || keyPath === undefined) return undefined;

  const readable = [
    isReadable(settings, clientCertificateFile, certificatePath),
    isReadable(settings, clientKeyFile, keyPath),
  ];
  if (readable.includes(false)) return undefined;
  try {
    const current = settings.follow([certificatePath, keyPath], ([certificate, key]) =>
      parseKeyPair(certificate, key, {
        certificate: clientCertificateFile.name,
        key: clientKeyFile.name,
      }),
    );
    return new ClientCertificate(() => chooseCertificate(current(), settings.clock.now()));
  } catch (error) {
    if (!(error instanceof KeyPairProblem)) throw error;
    settings.reject(error.file === 'key' ? clientKeyFile : clientCertificateFile, error.message);
    return undefined;
  }
}

function isReadable(settings: SettingsReader, setting: OptionalSetting<string>, path: string): boolean {
  try {
    settings.files.read(path);
    return true;
  } catch (error) {
    settings.reject(setting, `names a file that can’t be read: ${causeOf(error)}`);
    return false;
  }
}

function readFederatedToken(settings: SettingsReader): Secret | undefined {
  const { federatedTokenFile } = credentialSettings;
  const path = settings.find(federatedTokenFile) ?? settings.text(AZURE_TOKEN_FILE)?.trim();
  if (path === undefined) return undefined;
  const variable = settings.isSet(federatedTokenFile) ? federatedTokenFile.name : AZURE_TOKEN_FILE;
  const example = `${variable}=${federatedTokenFile.example}`;
  const token = new Secret(() => [parseToken(tidy(decodeText(settings.files.read(path))))]);
  try {
    token.value();
    return token;
  } catch (error) {
    settings.rejectVariable({ variable, problem: `names a file that ${problemOf(error)}`, example });
    return undefined;
  }
}

class NoToken extends Error {}

function parseToken(text: string): string {
  if (JWT.test(text)) return text;
  throw new NoToken('holds no token (a JWT, and nothing else)');
}

function problemOf(error: unknown): string {
  const isOfContent = error instanceof NoToken || error instanceof NoText;
  return isOfContent ? error.message : `can’t be read: ${causeOf(error)}`;
}

function checkSecretIsThere(settings: SettingsReader): void {
  const { clientSecret, clientSecretExpires } = credentialSettings;
  if (settings.isSet(clientSecretExpires) && !settings.isSet(clientSecret))
    settings.warn(`${clientSecretExpires.name} has no effect: there is no ${clientSecret.name}`);
}

/** If a credential is given and invalid, its own problem has been reported. */
function refuseWithout(settings: SettingsReader): void {
  const { clientSecret, clientCertificateFile, clientKeyFile, federatedTokenFile } = credentialSettings;
  const given = [clientSecret, clientCertificateFile, clientKeyFile, federatedTokenFile];
  if (given.some((setting) => settings.isSet(setting)) || settings.text(AZURE_TOKEN_FILE) !== undefined)
    return;
  settings.reject(
    clientSecret,
    `isn’t set, and SSO_ENTRA_ENABLED=true needs it, or ${clientCertificateFile.name} with ${clientKeyFile.name}, or ${federatedTokenFile.name}`,
  );
}
