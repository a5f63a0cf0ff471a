import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError, type ConfigProblem } from '#entrance/config/config-error.js';
import type { Files } from '#entrance/config/secret-file.js';
import { isSecret } from '#entrance/config/setting.js';
import { parseConfig, settingGroups } from '#entrance/settings.js';

const SESSION = 'k9fWq3tYp0Zr8xLm2NvB6sHd4JgC7aTeUoIyRwXzQ1M';
/** A configuration in which every setting is looked at. */
const usual: Readonly<Record<string, string>> = {
  PLATFORM_ADMIN_EMAIL: 'admin@harbour.example',
  PLATFORM_ADMIN_PASSWORD: 'plum-kettle-orbit-sandal',
  SESSION_SECRET: SESSION,
  METRICS_TOKEN: 'k9fWq3tYp0Zr8xLm2NvB6sHd',
  REDIS_URL: 'redis://:AbC123xYz@127.0.0.1:6379/0',
  SSO_ENABLED: 'true',
  SSO_ENTRA_ENABLED: 'true',
  SSO_ENTRA_TENANT_ID: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
  SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
  SSO_ENTRA_CLIENT_SECRET: 'Zx8~aB.cD_eF-gH1iJ2kL3mN4oP5qR6sT7uV8wX9',
};
const settings = settingGroups.flatMap((group) => group.settings);
/** A good value of each setting. */
const good = new Map(
  settings.map((setting) => [
    setting.name,
    usual[setting.name] ??
      ('default' in setting && setting.default !== '[]' ? setting.default : setting.example),
  ]),
);
const names = fc.constantFrom(...good.keys());

const files: Files = {
  read: () => {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  },
  stamp: () => '',
};

function problemsOf(changes: Readonly<Record<string, string>>, world = files): readonly ConfigProblem[] {
  try {
    parseConfig({ ...usual, ...changes }, { files: world });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
const problemOf = (name: string, value: string) =>
  problemsOf({ [name]: value }).find(({ variable }) => variable === name)?.problem;
const warningsOf = (changes: Readonly<Record<string, string>>) =>
  parseConfig({ ...usual, ...changes }, { files }).warnings;

describe('quotation marks that a container runtime kept', () => {
  const marks = fc.constantFrom('""', "''", '``', '“”', '„“', '‘’', '«»', '»«', '＂＂', '””');

  test('are refused by name around a good value of any setting, and the value isn’t quoted', () => {
    fc.assert(
      fc.property(names, marks, (name, [open = '', close = '']) => {
        const value = good.get(name) ?? '';
        const problem = problemOf(name, open + value + close);
        expect(problem).toMatch(/begins and ends with quotation marks/);
        if (value.length > 8) expect(problem).not.toContain(value);
      }),
      { numRuns: 300 },
    );
  });

  test('are refused around the path of a secret’s file', () => {
    for (const setting of settings.filter(isSecret)) {
      const name = `${setting.name}_FILE`;
      expect(problemsOf({ [setting.name]: '', [name]: '"/run/secrets/x"' })).toContainEqual(
        expect.objectContaining({ variable: name, problem: expect.stringMatching(/quotation marks/) }),
      );
    }
  });

  test.each([
    ['SSO_ENTRA_ADMIN_GROUPS', '"gateway.admin"'],
    ['SSO_ENTRA_ADMIN_GROUPS', `'["gateway.admin"]'`],
    ['SSO_TRUSTED_DOMAINS', '"a.example","b.example"'],
    ['SSO_TRUSTED_DOMAINS', `'a.example', 'b.example'`],
    ['SSO_ENTRA_ADMIN_GROUPS', 'one,"two"'],
    ['SSO_ENTRA_ADMIN_GROUPS', 'one,“two”'],
    ['SSO_ENTRA_DEFAULT_ROLE', '"platform_viewer'],
    ['SSO_ENTRA_DEFAULT_ROLE', 'platform_viewer’'],
    ['LOG_FORMAT', 'json"'],
    ['LOG_FILE', '"/var/log/entrance.log'],
    ['REDIS_PREFIX', "'a:"],
    ['SSO_TRUSTED_DOMAINS', '[“a.example”]'],
    ['SSO_TRUSTED_DOMAINS', "['a.example']"],
    ['SSO_ENTRA_ROLE_MAPPINGS', '{"a":"b"}"'],
    ['SSO_ENTRA_ROLE_MAPPINGS', '{“a”:“b”}'],
    ['NODE_ENV', '"production"'],
  ])('%s can’t be %s', (name, value) => {
    expect(problemOf(name, value)).toMatch(/quotation mark/);
  });

  test('belong into JSON, and into names and passwords that hold them', () => {
    expect(problemsOf({ SSO_ENTRA_ADMIN_GROUPS: '["gateway.admin"]' })).toEqual([]);
    expect(problemsOf({ SSO_ENTRA_TEAM_MAPPINGS: '{"gateway.dev":"The \\"C#\\" team # 1"}' })).toEqual([]);
    expect(problemsOf({ BRAND_NAME: 'Harbour “North” # 1' })).toEqual([]);
    expect(problemsOf({ PLATFORM_ADMIN_FULL_NAME: "'t Hooft" })).toEqual([]);
    const password = 'plum"kettle\'orbit"';
    expect(
      parseConfig({
        ...usual,
        PLATFORM_ADMIN_PASSWORD: password,
      }).localAccounts.administrator?.password.value(),
    ).toBe(password);
  });
});

describe('other dress', () => {
  const hasNoBlanks = settings.filter(({ anyText }) => anyText !== true).map(({ name }) => name);

  test('a comment behind the value is refused by name wherever the kind of value has no comment', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...hasNoBlanks),
        fc.constantFrom(' # read only', '\t# 2027', '  #'),
        (name, comment) => {
          expect(problemOf(name, good.get(name) + comment)).toMatch(/comment|control character/);
        },
      ),
    );
  });

  test('a comment in a password can’t be told from the password, so it is warned of', () => {
    expect(warningsOf({ PLATFORM_ADMIN_PASSWORD: 'plum kettle orbit # sandal' })).toContainEqual(
      expect.stringMatching(/PLATFORM_ADMIN_PASSWORD holds a # behind a blank/),
    );
  });

  test('the variable’s own name in front of the value is refused', () => {
    for (const [name, value] of good) {
      expect(problemOf(name, `${name}=${value}`)).toMatch(/its own name/);
      expect(problemOf(name, `export ${name}=${value}`)).toMatch(/its own name/);
    }
  });

  test.each(['BASE_URL', 'LOG_FILE', 'BRAND_NAME', 'SSO_ENTRA_DEFAULT_ROLE', 'SSO_TRUSTED_DOMAINS'])(
    'a reference that nothing resolved is refused in %s',
    (name) => {
      for (const reference of ['$' + '{HARBOUR}', '{{ harbour }}', '$(HARBOUR)', '%HARBOUR%'])
        expect(problemOf(name, reference)).toMatch(/reference that was not resolved/);
    },
  );

  test('the end of a line and blanks around a value are left out, whatever the setting', () => {
    fc.assert(
      fc.property(names, fc.constantFrom('\n', '\r\n', '\n\n', ' ', ' \r\n'), (name, end) => {
        const changes = { [name]: `\uFEFF${good.get(name)}${end}` };
        const isFile = name === 'BRAND_LOGO_FILE' || /CERTIFICATE_FILE|KEY_FILE|TOKEN_FILE/.test(name);
        if (!isFile) expect(problemsOf(changes)).toEqual(problemsOf({ [name]: good.get(name) ?? '' }));
      }),
    );
    const { localAccounts } = parseConfig({
      ...usual,
      PLATFORM_ADMIN_PASSWORD: 'plum-kettle-orbit-sandal\n',
    });
    expect(localAccounts.administrator?.password.value()).toBe('plum-kettle-orbit-sandal');
  });

  test('blanks around a secret are left out with a warning, from the environment and from a file', () => {
    const said = expect.stringMatching(/PLATFORM_ADMIN_PASSWORD(?:_FILE)? has blanks around its value/);
    expect(warningsOf({ PLATFORM_ADMIN_PASSWORD: 'plum-kettle-orbit-sandal ' })).toContainEqual(said);
    expect(warningsOf({ PLATFORM_ADMIN_PASSWORD: 'plum-kettle-orbit-sandal\r\n' })).not.toContainEqual(said);
    const { warnings, localAccounts } = parseConfig(
      { ...usual, PLATFORM_ADMIN_PASSWORD: '', PLATFORM_ADMIN_PASSWORD_FILE: '/pw' },
      { files: { read: () => Buffer.from('plum-kettle-orbit-sandal \r\n'), stamp: () => '' } },
    );
    expect(warnings).toContainEqual(said);
    expect(localAccounts.administrator?.password.value()).toBe('plum-kettle-orbit-sandal');
  });
});

describe('characters that no value has', () => {
  const hostile = fc.constantFrom(
    '\0',
    '\x07',
    '\x1b',
    '\t',
    '\n',
    '\r',
    '\x7f',
    '\x85',
    '\x9b',
    '\u2028',
    '\u200b',
    '\u202e',
    '\u00ad',
    '\ufffd',
    '\ud83d',
  );

  test('are refused by name in the middle of a good value of any setting', () => {
    fc.assert(
      fc.property(names, hostile, (name, character) => {
        const value = good.get(name) ?? '';
        expect(problemOf(name, value + character + value)).toMatch(
          /control character|invisible character|more than one line|aren’t UTF-8/,
        );
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['REDIS_URL', 'redis://:pw\n@127.0.0.1:6379', /more than one line/],
    ['METRICS_TOKEN', 'k9fWq3tYp0Zr\u00008xLm2NvB6sHd', /control character \(U\+0000\)/],
    ['BRAND_NAME', 'Harbour\x1b[2J', /control character \(U\+001B\)/],
    ['SSO_ENTRA_CLIENT_SECRET', 'Zx8~aB.cD_eF\u200b-gH1iJ2kL3mN4', /invisible character \(U\+200B\)/],
    ['BRAND_NAME', 'Caf\ufffd', /bytes that aren’t UTF-8/],
  ])('%s says which', (name, value, words) => {
    expect(problemOf(name, value)).toMatch(words);
  });

  test('JSON may go over several lines, and names may join emoji', () => {
    expect(problemsOf({ SSO_ENTRA_ROLE_MAPPINGS: '{\n\t"gateway.dev": "developer"\r\n}' })).toEqual([]);
    expect(problemsOf({ SSO_TRUSTED_DOMAINS: '[\n  "a.example",\n  "b.example"\n]\n' })).toEqual([]);
    expect(problemsOf({ BRAND_NAME: '👩‍💻 Harbour' })).toEqual([]);
  });
});

describe('what can’t be a secret', () => {
  const secrets = settings.filter(isSecret).filter(({ secretsIn }) => secretsIn === undefined);

  test.each(secrets.map(({ name }) => name))(
    'is refused for %s, from the environment and from a file',
    (name) => {
      for (const value of [
        '@Microsoft.KeyVault(VaultName=harbour;SecretName=x)',
        '__REPLACE_ME__with_a_long_random_text__',
        'changemechangemechangemechangeme',
        'a'.repeat(40),
      ]) {
        const words = /reference that was not resolved|placeholder|over and over/;
        expect(problemOf(name, value)).toMatch(words);
        const found = problemsOf(
          { [name]: '', [`${name}_FILE`]: '/secret' },
          { read: () => Buffer.from(value), stamp: () => '' },
        );
        expect(found).toContainEqual(
          expect.objectContaining({ variable: `${name}_FILE`, problem: expect.stringMatching(words) }),
        );
        expect(JSON.stringify(found)).not.toContain(value);
      }
    },
  );

  test.each([
    ['redis://:$' + '{REDIS_PASSWORD}@127.0.0.1:6379/0', /reference/],
    ['redis://:%REDIS_PASSWORD%@127.0.0.1:6379/0', /reference/],
    ['redis://$' + '{REDIS_HOST}:6379', /reference/],
    ['redis://:changeme@127.0.0.1:6379', /placeholder/],
    ['rediss://harbour:your-redis-password@127.0.0.1:6379', /placeholder/],
    ['redis+sentinel://:%3Creplace%20me%3E@a:1,b:2/main', /placeholder/],
  ])('is refused as the password of REDIS_URL: %s', (url, words) => {
    expect(problemOf('REDIS_URL', url)).toMatch(words);
  });

  test.each([
    ['SESSION_SECRET', '0123456789abcdef0123456789abcdef0123456789ab'],
    ['SESSION_SECRET', 'qwertyuiopasdfghjklzxcvbnm1234567890'],
    ['METRICS_TOKEN', '0123456789abcdef'],
  ])('%s needs variety, not length alone', (name, value) => {
    expect(problemOf(name, value)).toMatch(/too little variety/);
  });

  test('each of a list counts', () => {
    expect(problemOf('SESSION_SECRET', `${SESSION},changemechangemechangemechangeme`)).toMatch(/placeholder/);
    expect(problemOf('SESSION_SECRET', JSON.stringify([SESSION, `"${SESSION}"`]))).toMatch(/quotation marks/);
  });

  test('a comment and a whole assignment in a file are no secret', () => {
    const inFile = (text: string) =>
      problemsOf(
        { SESSION_SECRET: '', SESSION_SECRET_FILE: '/secret' },
        { read: () => Buffer.from(text), stamp: () => '' },
      )[0]?.problem;
    expect(inFile(`# the session secret of the gateway, rotated in May\n${SESSION}\n`)).toMatch(/comment/);
    expect(inFile(`SESSION_SECRET=${SESSION}\n`)).toMatch(/its own name/);
    expect(inFile(`"${SESSION}"\n`)).toMatch(/quotation marks/);
    expect(inFile(`${SESSION}\n`)).toBeUndefined();
  });
});

describe('what is off unless it is known', () => {
  const open = { BASE_URL: 'https://gateway.harbour.example', REDIS_URL: '', SESSION_SECRET: '' };
  const variables = (changes: Readonly<Record<string, string>>) =>
    problemsOf(changes).map(({ variable }) => variable);

  test.each(['prod', 'staging', 'live', 'Produktion', 'production1', 'dev'])(
    'NODE_ENV=%s is refused',
    (mode) => {
      expect(problemOf('NODE_ENV', mode)).toMatch(/must be development, test or production/);
    },
  );

  test.each(['production', 'Production', 'PRODUCTION', ' production ', 'production\n'])(
    'NODE_ENV=%j is production',
    (mode) => {
      expect(variables({ REDIS_URL: '', NODE_ENV: mode })).toEqual(['REDIS_URL']);
    },
  );

  test.each(['', 'development', 'test', 'Development'])(
    'an https BASE_URL needs Redis and a SESSION_SECRET with NODE_ENV=%j',
    (mode) => {
      expect(variables({ ...open, NODE_ENV: mode })).toEqual(['REDIS_URL', 'SESSION_SECRET']);
      expect(problemsOf({ ...open, NODE_ENV: mode })[0]?.problem).toMatch(/https BASE_URL/);
      expect(variables({ ...open, NODE_ENV: mode, REDIS_URL: 'redis://127.0.0.1' })).toEqual([
        'SESSION_SECRET',
      ]);
      expect(variables({ ...open, NODE_ENV: mode, SESSION_SECRET: SESSION })).toEqual(['REDIS_URL']);
      expect(variables({ ...open, NODE_ENV: mode, ALLOW_MEMORY_STORE: 'true' })).toEqual([]);
    },
  );

  test('production needs a SESSION_SECRET on the in-memory store too', () => {
    expect(variables({ ...open, NODE_ENV: 'production', ALLOW_MEMORY_STORE: 'true' })).toEqual([
      'SESSION_SECRET',
    ]);
  });

  test('a loopback address needs neither', () => {
    expect(variables({ ...open, BASE_URL: 'http://localhost:8000' })).toEqual([]);
  });
});
