import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { derOf, foreignForm, type PemBlock, pemBlocks } from './pem.js';

/** Bits of the shortest RSA key that is accepted (NIST SP 800-131A). */
const SHORTEST_KEY_BITS = 2_048;
const CERTIFICATE_LABELS: ReadonlySet<string> = new Set(['CERTIFICATE', 'X509 CERTIFICATE']);
const PRIVATE_KEY_LABELS: ReadonlySet<string> = new Set([
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
]);
const ENCRYPTED_HEADER = /^Proc-Type: 4,ENCRYPTED/m;

export interface KeyPair {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
}

export interface KeyPairVariables {
  readonly certificate: string;
  readonly key: string;
}

/** A private key, and the certificates in the file that belong to it; at least one. */
export interface KeyWithCertificates {
  readonly certificates: readonly X509Certificate[];
  readonly privateKey: KeyObject;
}

/** The certificate, as its files are at this moment. JSON and inspection never show the key. */
export class ClientCertificate {
  readonly #read: () => KeyPair;

  constructor(read: () => KeyPair) {
    this.#read = read;
  }

  current(): KeyPair {
    return this.#read();
  }

  toJSON(): string {
    return '[certificate]';
  }
}

/** A sentence that begins with the variable’s name. It never quotes the content. */
export class KeyPairProblem extends Error {
  readonly file: 'certificate' | 'key';

  constructor(file: KeyPairProblem['file'], problem: string) {
    super(problem);
    this.file = file;
  }
}

/** A chain may begin with any certificate. @throws KeyPairProblem */
export function parseKeyPair(
  certificateFile: Buffer,
  keyFile: Buffer,
  variables: KeyPairVariables,
): KeyWithCertificates {
  const [inCertificateFile, inKeyFile] = [blocksOf(certificateFile, 'certificate'), blocksOf(keyFile, 'key')];
  assertNotSwapped(inCertificateFile, inKeyFile, variables);
  const certificates = parseCertificates(inCertificateFile);
  const privateKeys = parsePrivateKeys(inKeyFile);
  for (const privateKey of privateKeys) {
    const fitting = certificates.filter((certificate) => certificate.checkPrivateKey(privateKey));
    if (fitting.length > 0) return { certificates: fitting, privateKey: longEnough(privateKey) };
  }
  for (const privateKey of privateKeys) longEnough(privateKey);
  const among =
    certificates.length === 1 ? 'the certificate' : `any of the ${certificates.length} certificates`;
  throw new KeyPairProblem('key', `names a key that doesn’t belong to ${among} of ${variables.certificate}`);
}

/** Chooses among the certificates of one key: one that is valid now, and among these the one that ends last. */
export function chooseCertificate({ certificates, privateKey }: KeyWithCertificates, now: number): KeyPair {
  const [best] = certificates.toSorted((one, other) => {
    const byValidity = Number(isValidAt(other, now)) - Number(isValidAt(one, now));
    const byEnd = Date.parse(other.validTo) - Date.parse(one.validTo);
    return byValidity || byEnd || (one.fingerprint256 < other.fingerprint256 ? -1 : 1);
  });
  if (best === undefined) throw new TypeError('a key without a certificate');
  return { certificate: best, privateKey };
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now < Date.parse(validTo);
}

function blocksOf(bytes: Buffer, file: KeyPairProblem['file']): readonly PemBlock[] {
  const form = foreignForm(bytes);
  if (form !== undefined) throw new KeyPairProblem(file, `names ${form}`);
  return pemBlocks(bytes);
}

function assertNotSwapped(
  inCertificateFile: readonly PemBlock[],
  inKeyFile: readonly PemBlock[],
  variables: KeyPairVariables,
): void {
  const holds = (blocks: readonly PemBlock[], labels: ReadonlySet<string>) =>
    blocks.some(({ label }) => labels.has(label));
  const isSwapped =
    !holds(inCertificateFile, CERTIFICATE_LABELS) &&
    holds(inCertificateFile, PRIVATE_KEY_LABELS) &&
    holds(inKeyFile, CERTIFICATE_LABELS) &&
    !holds(inKeyFile, PRIVATE_KEY_LABELS);
  if (!isSwapped) return;
  throw new KeyPairProblem(
    'certificate',
    `names the key, and ${variables.key} names the certificate: exchange the two`,
  );
}

function parseCertificates(blocks: readonly PemBlock[]): readonly X509Certificate[] {
  const own = blocks.filter(({ label }) => CERTIFICATE_LABELS.has(label));
  if (own.length === 0) throw new KeyPairProblem('certificate', instead(blocks, inPlaceOfCertificate));
  const understood = own.flatMap((block) => understand(() => new X509Certificate(derOf(block) ?? '')));
  if (understood.length > 0) return understood;
  const which = own.length === 1 ? 'certificate' : 'certificates';
  throw new KeyPairProblem('certificate', `names a file whose ${which} can’t be understood`);
}

function parsePrivateKeys(blocks: readonly PemBlock[]): readonly KeyObject[] {
  const own = blocks.filter(({ label }) => label === 'PRIVATE KEY' || label === 'RSA PRIVATE KEY');
  const plain = own.filter(({ body }) => !ENCRYPTED_HEADER.test(body));
  if (plain.length === 0) {
    const isEncrypted = own.length > 0 || blocks.some(({ label }) => label === 'ENCRYPTED PRIVATE KEY');
    throw new KeyPairProblem('key', isEncrypted ? ENCRYPTED : instead(blocks, inPlaceOfKey));
  }
  const understood = plain.flatMap(({ label, body }) => {
    const type = label === 'RSA PRIVATE KEY' ? 'pkcs1' : 'pkcs8';
    return understand(() => createPrivateKey({ key: derOf({ label, body }) ?? '', format: 'der', type }));
  });
  if (understood.length > 0) return understood;
  throw new KeyPairProblem('key', 'names a file whose private key can’t be understood');
}

function longEnough(key: KeyObject): KeyObject {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType === 'rsa' && bits >= SHORTEST_KEY_BITS) return key;
  throw new KeyPairProblem('key', `must be an RSA key of at least ${SHORTEST_KEY_BITS} bits`);
}

const ENCRYPTED =
  'names a key that is encrypted with a passphrase, and nobody is there to type it: write it without (openssl pkey -in FILE -out NEW), readable by this user alone';

/** PEM labels that don’t belong in the file, each with its message; the first label that is found is reported. */
type Mistakes = readonly (readonly [label: RegExp, problem: string])[];

const inPlaceOfCertificate: Mistakes = [
  [
    /^TRUSTED CERTIFICATE$/,
    'names a file with a “trusted certificate”, OpenSSL’s own form: openssl x509 -in FILE -out NEW writes a plain one',
  ],
  [
    /CERTIFICATE REQUEST$/,
    'names a file with a certificate request (CSR): the certificate that was made of it is needed',
  ],
  [/^PKCS7$|^CMS$/, 'names a file in PKCS #7 (p7b): openssl pkcs7 -print_certs -in FILE -out NEW'],
  [/PRIVATE KEY$/, 'names a file with a private key and without a certificate'],
  [/PUBLIC KEY$/, 'names a file with a public key: the whole certificate is needed'],
  [/./, 'names a file without a PEM certificate (BEGIN CERTIFICATE)'],
];

const inPlaceOfKey: Mistakes = [
  [
    /^EC PRIVATE KEY$/,
    `names a file with an EC key, and must be an RSA key of at least ${SHORTEST_KEY_BITS} bits: make a new key and certificate`,
  ],
  [
    /^OPENSSH PRIVATE KEY$/,
    'names a key in OpenSSH’s form: ssh-keygen -p -m PEM -f FILE writes it as PEM (in place, so copy it first)',
  ],
  [/CERTIFICATE$/, 'names a file with a certificate and without a private key'],
  [/CERTIFICATE REQUEST$/, 'names a file with a certificate request (CSR): the private key is needed'],
  [/PUBLIC KEY$/, 'names a file with a public key: the private key is needed'],
  [/./, 'names a file without a PEM private key (BEGIN PRIVATE KEY)'],
];

function instead(blocks: readonly PemBlock[], mistakes: Mistakes): string {
  const labels = [...blocks.map(({ label }) => label), 'nothing'];
  const [, problem = ''] = mistakes.find(([label]) => labels.some((one) => label.test(one))) ?? [];
  return problem;
}

function understand<T>(read: () => T): readonly T[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}
