import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chooseCertificate, KeyPairProblem, parseKeyPair } from '#entrance/config/client-certificate.js';
import { ConfigError } from '#entrance/config/config-error.js';
import { parseConfig } from '#entrance/settings.js';
import { entraConfigOf } from '../support/entra.js';

const VARIABLES = {
  certificate: 'SSO_ENTRA_CLIENT_CERTIFICATE_FILE',
  key: 'SSO_ENTRA_CLIENT_KEY_FILE',
};

const NOW = Date.parse('2026-06-01T00:00:00Z');
/** Certificates of one key: their names, and from when to when they are valid. */
const VALIDITIES = {
  expired: ['20240101000000Z', '20250101000000Z'],
  short: ['20260101000000Z', '20260901000000Z'],
  long: ['20260201000000Z', '20270301000000Z'],
  future: ['20261201000000Z', '20291201000000Z'],
} as const;

let folder: string;
const path = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(path(name));
const openssl = (...options: readonly string[]) =>
  execFileSync('openssl', options, { cwd: folder, stdio: 'ignore' });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrance-certificates-'));
  openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'root.key', '-out', 'root.crt'],
    ...['-days', '30', '-subj', '/CN=Root', '-addext', 'basicConstraints=critical,CA:true'],
  );
  openssl(
    ...[
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'leaf.key',
      '-out',
      'leaf.csr',
      '-subj',
      '/CN=leaf',
    ],
  );
  writeFileSync(
    path('ca.cnf'),
    '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\nunique_subject=no\npolicy=p\n[p]\ncommonName=supplied\n',
  );
  writeFileSync(path('index'), '');
  writeFileSync(path('serial'), '01');
  for (const [name, [from, to]] of Object.entries(VALIDITIES)) {
    openssl(
      ...[
        'ca',
        '-batch',
        '-config',
        'ca.cnf',
        '-in',
        'leaf.csr',
        '-keyfile',
        'root.key',
        '-cert',
        'root.crt',
      ],
      ...['-startdate', from, '-enddate', to, '-out', `${name}.crt`, '-notext'],
    );
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function chosen(names: readonly string[], now = NOW) {
  const pair = parseKeyPair(
    Buffer.concat(names.map((name) => read(`${name}.crt`))),
    read('leaf.key'),
    VARIABLES,
  );
  return chooseCertificate(pair, now).certificate.raw.equals.bind(
    chooseCertificate(pair, now).certificate.raw,
  );
}

function is(name: string, certificate: (der: Buffer) => boolean): boolean {
  openssl('x509', '-in', `${name}.crt`, '-outform', 'DER', '-out', `${name}.der`);
  return certificate(read(`${name}.der`));
}

describe('of several certificates', () => {
  test.each([
    [['root', 'long'], 'long'],
    [['expired', 'long'], 'long'],
    [['short', 'long', 'expired'], 'long'],
    [['future', 'short'], 'short'],
    [['root', 'expired'], 'expired'],
  ])('%j the one that belongs to the key and is valid longest is taken: %s', (names, expected) => {
    expect(is(expected, chosen(names))).toBe(true);
  });

  test('the choice follows the clock, without a change of the file', () => {
    expect(is('future', chosen(['short', 'future'], Date.parse('2027-01-01T00:00:00Z')))).toBe(true);
  });

  test('property: the order in the file doesn’t count', () => {
    const names = fc.shuffledSubarray(['root', 'expired', 'short', 'long', 'future'], { minLength: 5 });
    fc.assert(
      fc.property(names, (shuffled) => {
        expect(is('long', chosen(shuffled))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('those that can’t be understood don’t count beside one that can', () => {
    const broken = Buffer.from('-----BEGIN CERTIFICATE-----\nQZX7\n-----END CERTIFICATE-----\n');
    const pair = parseKeyPair(Buffer.concat([broken, read('long.crt')]), read('leaf.key'), VARIABLES);
    expect(pair.certificates).toHaveLength(1);
  });

  test('the key is that of several in its file which fits', () => {
    const keys = Buffer.concat([read('root.key'), read('leaf.key')]);
    expect(parseKeyPair(read('long.crt'), keys, VARIABLES).certificates).toHaveLength(1);
  });
});

describe('a file is taken', () => {
  test.each([
    ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with a byte order mark', (text: string) => `\uFEFF${text}`],
    ['in one line', (text: string) => text.replaceAll('\n', ' ')],
    ['with text around it', (text: string) => `Bag Attributes\n    localKeyID: 01\n${text}trailer`],
  ])('%s', (_, changed) => {
    const files = ['long.crt', 'leaf.key'].map((name) => Buffer.from(changed(read(name).toString())));
    const [certificate = Buffer.of(), key = Buffer.of()] = files;
    expect(parseKeyPair(certificate, key, VARIABLES).certificates).toHaveLength(1);
  });
});

/** The message about a file in place of the certificate, or of the key. */
function problem(certificate: Buffer, key: Buffer): string {
  try {
    parseKeyPair(certificate, key, VARIABLES);
    return 'none';
  } catch (error) {
    if (!(error instanceof KeyPairProblem)) throw error;
    return `${error.file}: ${error.message}`;
  }
}

function utf16(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString(), 'utf16le');
}

describe('a file of another form is refused by name, with the command that turns it', () => {
  beforeAll(() => {
    openssl(
      ...[
        'pkcs12',
        '-export',
        '-in',
        'long.crt',
        '-inkey',
        'leaf.key',
        '-passout',
        'pass:',
        '-out',
        'kv.pfx',
      ],
    );
    openssl('x509', '-in', 'long.crt', '-outform', 'DER', '-out', 'long.der');
    openssl('x509', '-in', 'long.crt', '-trustout', '-out', 'trusted.crt');
    openssl('pkey', '-in', 'leaf.key', '-outform', 'DER', '-out', 'key.der');
    openssl('pkey', '-in', 'leaf.key', '-pubout', '-out', 'public.pem');
    openssl('crl2pkcs7', '-nocrl', '-certfile', 'long.crt', '-out', 'chain.p7b');
    openssl('crl2pkcs7', '-nocrl', '-certfile', 'long.crt', '-outform', 'DER', '-out', 'chain.p7b.der');
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ec.key');
    openssl(
      'rsa',
      '-in',
      'leaf.key',
      '-traditional',
      '-aes128',
      '-passout',
      'pass:QZX7',
      '-out',
      'old-encrypted.key',
    );
  });

  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['kv.pfx', (bytes) => bytes, /PKCS #12 file \(PFX\).*openssl pkcs12 -in FILE -nodes -out NEW/],
    ['kv.pfx', (bytes) => Buffer.from(bytes.toString('base64')), /base64 -d.*PKCS #12/],
    ['long.der', (bytes) => bytes, /a certificate in DER.*openssl x509 -inform DER -in FILE -out NEW/],
    ['key.der', (bytes) => bytes, /a private key in DER.*openssl pkey -inform DER/],
    ['chain.p7b', (bytes) => bytes, /openssl pkcs7 -print_certs/],
    ['chain.p7b.der', (bytes) => bytes, /openssl pkcs7 -inform DER -print_certs/],
    ['long.crt', utf16, /UTF-16.*iconv/],
    ['long.crt', (bytes) => Buffer.concat([Buffer.of(0xff, 0xfe), utf16(bytes)]), /UTF-16.*iconv/],
    ['long.crt', (bytes) => Buffer.concat([Buffer.of(0xfe, 0xff), utf16(bytes).swap16()]), /UTF-16.*iconv/],
    [
      'long.crt',
      (bytes) => Buffer.from(bytes.toString().replaceAll('\n', '\\n')),
      /\\n stands where lines should end/,
    ],
    ['long.crt', (bytes) => Buffer.from(bytes.toString('base64')), /in base64 once more: base64 -d/],
    ['long.crt', () => Buffer.of(), /an empty file/],
    ['trusted.crt', (bytes) => bytes, /“trusted certificate”.*openssl x509/],
    ['leaf.csr', (bytes) => bytes, /certificate request/],
    ['public.pem', (bytes) => bytes, /public key/],
    ['leaf.key', (bytes) => bytes, /a private key and without a certificate/],
    ['long.crt', () => Buffer.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2), /Java keystore/],
  ])('in place of the certificate: %s', (name, changed, words) => {
    expect(problem(changed(read(name)), read('leaf.key'))).toMatch(
      new RegExp(`^certificate: names .*${words.source}`),
    );
  });

  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['kv.pfx', (bytes) => bytes, /PKCS #12/],
    ['key.der', (bytes) => bytes, /a private key in DER/],
    ['leaf.key', utf16, /UTF-16/],
    ['leaf.key', (bytes) => Buffer.from(bytes.toString().replaceAll('\n', '\\n')), /\\n stands/],
    ['ec.key', (bytes) => bytes, /EC key, and must be an RSA key/],
    ['public.pem', (bytes) => bytes, /public key: the private key is needed/],
    ['leaf.csr', (bytes) => bytes, /certificate request/],
    ['long.crt', (bytes) => bytes, /a certificate and without a private key/],
    ['old-encrypted.key', (bytes) => bytes, /encrypted with a passphrase/],
  ])('in place of the key: %s', (name, changed, words) => {
    const said = problem(read('long.crt'), changed(read(name)));
    expect(said).toMatch(new RegExp(`^key: names .*${words.source}`));
    expect(said).not.toMatch(/MII|QZX7/);
  });

  test('a certificate and a key that were exchanged are told as that', () => {
    expect(problem(read('leaf.key'), read('long.crt'))).toBe(
      'certificate: names the key, and SSO_ENTRA_CLIENT_KEY_FILE names the certificate: exchange the two',
    );
  });

  test('the message about a chain without a certificate of the key says how many were looked at', () => {
    expect(problem(Buffer.concat([read('root.crt'), read('root.crt')]), read('leaf.key'))).toMatch(
      /^key: names a key that doesn’t belong to any of the 2 certificates/,
    );
  });
});

test('files that are replaced while the server runs are chosen from in the same way', () => {
  let contents: Readonly<Record<string, Buffer>> = { '/crt': read('short.crt'), '/key': read('leaf.key') };
  let time = NOW;
  const config = parseConfig(
    {
      PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
      PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
      SSO_ENABLED: 'true',
      SSO_ENTRA_ENABLED: 'true',
      SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
      SSO_ENTRA_TENANT_ID: 'acmecorp.com',
      SSO_ENTRA_CLIENT_CERTIFICATE_FILE: '/crt',
      SSO_ENTRA_CLIENT_KEY_FILE: '/key',
    },
    {
      clock: { now: () => time },
      files: {
        read: (name) => contents[name] ?? Buffer.of(),
        stamp: (name) => String(contents[name]?.length),
      },
    },
  );
  const current = () => entraConfigOf(config)?.credentials.certificate?.current().certificate.validTo;
  expect(Date.parse(current() ?? '')).toBe(Date.parse('2026-09-01T00:00:00Z'));
  contents = {
    ...contents,
    '/crt': Buffer.concat([read('root.crt'), read('expired.crt'), read('long.crt')]),
  };
  time += 2_000;
  expect(Date.parse(current() ?? '')).toBe(Date.parse('2027-03-01T00:00:00Z'));
});

test('the problem stands at the variable that names the file', () => {
  const settings = {
    PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
    PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
    SSO_ENABLED: 'true',
    SSO_ENTRA_ENABLED: 'true',
    SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
    SSO_ENTRA_TENANT_ID: 'acmecorp.com',
    SSO_ENTRA_CLIENT_CERTIFICATE_FILE: path('kv.pfx'),
    SSO_ENTRA_CLIENT_KEY_FILE: path('leaf.key'),
  };
  expect(() => parseConfig(settings)).toThrow(ConfigError);
  expect(() => parseConfig(settings)).toThrow(/SSO_ENTRA_CLIENT_CERTIFICATE_FILE.*PKCS #12/s);
});
