import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** Shorter RSA keys are refused (NIST SP 800-131A), bits. */
const SHORTEST_KEY = 2_048;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;
const PRIVATE_KEY = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA )?PRIVATE KEY-----/;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

export interface KeyPair {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
}

/** The certificate that the application proves itself with, as its files are now. It never prints. */
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

/** What is wrong with one of the two files, to be read behind its variable’s name; never of what it holds. */
export class KeyPairProblem extends Error {
  readonly file: 'certificate' | 'key';

  constructor(file: KeyPairProblem['file'], problem: string) {
    super(problem);
    this.file = file;
  }
}

/**
 * The first certificate of a PEM chain, which is the application’s own, and its private key.
 * @throws KeyPairProblem
 */
export function parseKeyPair(certificatePem: string, keyPem: string): KeyPair {
  const certificate = parseCertificate(certificatePem);
  const privateKey = parsePrivateKey(keyPem);
  if (certificate.checkPrivateKey(privateKey)) return { certificate, privateKey };
  throw new KeyPairProblem(
    'key',
    'names a key that doesn’t belong to the certificate (of a chain, the first certificate is the application’s own)',
  );
}

function parseCertificate(pem: string): X509Certificate {
  const [block] = CERTIFICATE.exec(pem) ?? [];
  if (block === undefined) {
    throw new KeyPairProblem('certificate', 'names a file without a PEM certificate (BEGIN CERTIFICATE)');
  }
  try {
    return new X509Certificate(block);
  } catch {
    throw new KeyPairProblem('certificate', 'names a file whose first certificate can’t be understood');
  }
}

function parsePrivateKey(pem: string): KeyObject {
  if (ENCRYPTED.test(pem)) {
    throw new KeyPairProblem(
      'key',
      'names a key that is encrypted with a passphrase, and nobody is there to type it: write it without (openssl pkey -in FILE -out FILE), readable by this user alone',
    );
  }
  const [block] = PRIVATE_KEY.exec(pem) ?? [];
  if (block === undefined)
    throw new KeyPairProblem('key', 'names a file without a PEM private key (BEGIN PRIVATE KEY)');
  const key = understand(block);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < SHORTEST_KEY) {
    throw new KeyPairProblem('key', `must be an RSA key of at least ${SHORTEST_KEY} bits`);
  }
  return key;
}

function understand(block: string): KeyObject {
  try {
    return createPrivateKey(block);
  } catch {
    throw new KeyPairProblem('key', 'names a file whose private key can’t be understood');
  }
}
