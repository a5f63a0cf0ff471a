import { inspect } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { parseConfig } from '#entrance/settings.js';
import { makeCertificate, type TestCertificate } from '../support/certificates.js';
import { entraConfigOf } from '../support/entra.js';

const usual = {
  PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
  SSO_ENABLED: 'true',
  SSO_ENTRA_ENABLED: 'true',
  SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
  SSO_ENTRA_TENANT_ID: 'acmecorp.com',
};
const pair = { SSO_ENTRA_CLIENT_CERTIFICATE_FILE: '/crt', SSO_ENTRA_CLIENT_KEY_FILE: '/key' };
const TOKEN = 'eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl';

type Contents = Readonly<Record<string, string>>;

function parse(settings: Contents, contents: Contents = {}) {
  const read = (path: string) => {
    const text = contents[path];
    if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
    return Buffer.from(text);
  };
  return parseConfig({ ...usual, ...settings }, { files: { read, stamp: () => '' } });
}

function problems(settings: Contents, contents: Contents = {}): readonly string[] {
  try {
    parse(settings, contents);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) => `${variable} ${problem}`);
  }
}

let made: TestCertificate;
let other: TestCertificate;
let filesOf: (certificate: TestCertificate) => Contents;
beforeAll(() => {
  made = makeCertificate();
  other = makeCertificate();
  filesOf = ({ certificate, key }) => ({ '/crt': certificate, '/key': key });
});

describe('the credentials', () => {
  test('may be a certificate alone, a federated token alone, or all of them', () => {
    expect(problems(pair, filesOf(made))).toEqual([]);
    expect(problems({ SSO_ENTRA_FEDERATED_TOKEN_FILE: '/token' }, { '/token': `${TOKEN}\n` })).toEqual([]);
    expect(
      problems(
        { ...pair, SSO_ENTRA_CLIENT_SECRET: 'plum~Harbour.92', SSO_ENTRA_FEDERATED_TOKEN_FILE: '/token' },
        { ...filesOf(made), '/token': TOKEN },
      ),
    ).toEqual([]);
  });

  test('must be there', () => {
    expect(problems({})).toEqual([
      'SSO_ENTRA_CLIENT_SECRET isn’t set, and SSO_ENTRA_ENABLED=true needs it, or SSO_ENTRA_CLIENT_CERTIFICATE_FILE with SSO_ENTRA_CLIENT_KEY_FILE, or SSO_ENTRA_FEDERATED_TOKEN_FILE',
    ]);
  });

  test('aren’t read where the provider is off', () => {
    expect(problems({ ...pair, SSO_ENTRA_ENABLED: 'false', SSO_ENABLED: 'false' })).toEqual([]);
  });

  test('never print', () => {
    const config = parse({ ...pair, SSO_ENTRA_CLIENT_SECRET: 'QZX7~aB.cD_eF-gH1iJ2k' }, filesOf(made));
    expect(inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config)).not.toMatch(
      /QZX7|BEGIN/,
    );
  });
});

describe('a certificate', () => {
  test('and its key go together', () => {
    expect(problems({ SSO_ENTRA_CLIENT_CERTIFICATE_FILE: '/crt' }, filesOf(made))).toEqual([
      'SSO_ENTRA_CLIENT_CERTIFICATE_FILE is set without SSO_ENTRA_CLIENT_KEY_FILE: a certificate and its key go together',
    ]);
    expect(
      problems(
        { SSO_ENTRA_CLIENT_KEY_FILE: '/key', SSO_ENTRA_CLIENT_SECRET: 'plum~Harbour.92' },
        filesOf(made),
      ),
    ).toEqual([
      'SSO_ENTRA_CLIENT_KEY_FILE is set without SSO_ENTRA_CLIENT_CERTIFICATE_FILE: a certificate and its key go together',
    ]);
  });

  test('must be the key’s', () => {
    expect(problems(pair, { '/crt': made.certificate, '/key': other.key })).toEqual([
      expect.stringMatching(/^SSO_ENTRA_CLIENT_KEY_FILE names a key that doesn’t belong to the certificate/),
    ]);
  });

  test('is that of the chain which belongs to the key', () => {
    const chain = made.certificate + other.certificate;
    expect(problems(pair, { '/crt': chain, '/key': made.key })).toEqual([]);
    expect(problems(pair, { '/crt': chain, '/key': other.key })).toEqual([]);
  });

  test('may stand in one file with its key', () => {
    const both = made.key + made.certificate;
    expect(problems(pair, { '/crt': both, '/key': both })).toEqual([]);
  });

  test('with a key that is encrypted is told as that, with the way out', () => {
    const encrypted = makeCertificate('rsa:2048', '-passout', 'pass:QZX7');
    expect(problems(pair, filesOf(encrypted))).toEqual([
      expect.stringMatching(/^SSO_ENTRA_CLIENT_KEY_FILE .*encrypted with a passphrase.*openssl pkey/),
    ]);
  });

  test('needs an RSA key of 2048 bits', () => {
    expect(problems(pair, filesOf(makeCertificate('rsa:1024')))).toEqual([
      'SSO_ENTRA_CLIENT_KEY_FILE must be an RSA key of at least 2048 bits',
    ]);
    expect(problems(pair, filesOf(makeCertificate('ed25519')))).toEqual([
      'SSO_ENTRA_CLIENT_KEY_FILE must be an RSA key of at least 2048 bits',
    ]);
  });

  test('must be readable, both files', () => {
    expect(problems(pair)).toEqual([
      'SSO_ENTRA_CLIENT_CERTIFICATE_FILE names a file that can’t be read: there is no such file',
      'SSO_ENTRA_CLIENT_KEY_FILE names a file that can’t be read: there is no such file',
    ]);
  });

  test.each([
    ['SSO_ENTRA_CLIENT_CERTIFICATE_FILE', 'nonsense', 'without a PEM certificate', '/crt'],
    [
      'SSO_ENTRA_CLIENT_CERTIFICATE_FILE',
      '-----BEGIN CERTIFICATE-----\nQZX7\n-----END CERTIFICATE-----',
      'can’t be understood',
      '/crt',
    ],
    ['SSO_ENTRA_CLIENT_KEY_FILE', 'QZX7', 'without a PEM private key', '/key'],
    [
      'SSO_ENTRA_CLIENT_KEY_FILE',
      '-----BEGIN PRIVATE KEY-----\nQZX7\n-----END PRIVATE KEY-----',
      'can’t be understood',
      '/key',
    ],
  ])('%s can’t be %j', (variable, text, words, path) => {
    const [problem, ...more] = problems(pair, { ...filesOf(made), [path]: text });
    expect(problem).toContain(variable);
    expect(problem).toContain(words);
    expect(problem).not.toContain('QZX7');
    expect(more).toEqual([]);
  });
});

describe('a federated token', () => {
  test.each(['SSO_ENTRA_FEDERATED_TOKEN_FILE', 'AZURE_FEDERATED_TOKEN_FILE'])('of %s must be one', (name) => {
    expect(problems({ [name]: '/token' })).toEqual([
      `${name} names a file that can’t be read: there is no such file`,
    ]);
    expect(problems({ [name]: '/token' }, { '/token': 'QZX7' })).toEqual([
      `${name} names a file that holds no token (a JWT, and nothing else)`,
    ]);
  });

  test('of ours goes before Azure’s', () => {
    const config = parse(
      { SSO_ENTRA_FEDERATED_TOKEN_FILE: '/ours', AZURE_FEDERATED_TOKEN_FILE: '/theirs' },
      { '/ours': TOKEN },
    );
    expect(entraConfigOf(config)?.credentials.federatedToken?.value()).toBe(TOKEN);
  });
});

describe('the secret’s expiry', () => {
  test.each(['soon', '31.3.2027', '2027-02-30', '2027'])('can’t be %s', (date) => {
    expect(
      problems({ SSO_ENTRA_CLIENT_SECRET: 'plum~Harbour.92', SSO_ENTRA_CLIENT_SECRET_EXPIRES: date }),
    ).toEqual([expect.stringContaining('SSO_ENTRA_CLIENT_SECRET_EXPIRES must be a date such as 2027-03-31')]);
  });

  test('without a secret is warned of', () => {
    const { warnings } = parse({ ...pair, SSO_ENTRA_CLIENT_SECRET_EXPIRES: '2027-03-31' }, filesOf(made));
    expect(warnings).toContain(
      'SSO_ENTRA_CLIENT_SECRET_EXPIRES has no effect: there is no SSO_ENTRA_CLIENT_SECRET',
    );
  });
});
