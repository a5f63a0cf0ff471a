import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '#entrance/config/config-error.js';
import { variablesOf } from '#entrance/config/setting.js';
import { parseConfig, readMounted, settingGroups } from '#entrance/settings.js';
import { anyText } from '../support/any-text.js';

const good = {
  BASE_URL: 'http://localhost:8171',
  SESSION_SECRET: 'Kq8!vT2#xN7$bR4%wL9&zH3*yD6@mF1^',
  PLATFORM_ADMIN_EMAIL: 'admin@harbour.example',
  PLATFORM_ADMIN_PASSWORD: 'plum-kettle-orbit-sandal',
};
type Settings = Record<string, string | undefined>;

/** The configuration of a mounted app, with its warnings and problems as they are said to people. */
function mount(environment: Settings, prefix = '') {
  const { environment: ours, named, namedIn, warnings } = readMounted(environment, prefix);
  try {
    const config = parseConfig(ours, { mounted: { everyNameIsOurs: prefix !== '' } });
    return { config, warnings: [...config.warnings.map(named), ...warnings], refusal: undefined };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: undefined, warnings: [], refusal: namedIn(error) };
  }
}
const underPrefix = (settings: Settings) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`ENTRANCE_${name}`, value]));

const serverOnly = settingGroups.flatMap(({ settings }) =>
  settings.filter((setting) => setting.serverOnly === true).flatMap(variablesOf),
);

test('the settings of the standalone server are those of the contract', () => {
  expect([...serverOnly].sort()).toEqual([
    'HOST',
    'LOG_FILE',
    'LOG_FORMAT',
    'LOG_LEVEL',
    'METRICS_TOKEN',
    'METRICS_TOKEN_FILE',
    'PORT',
    'SHUTDOWN_DELAY',
    'TRUST_PROXY',
  ]);
});

test('no value of a server’s setting stops a mounted app, or changes it', () => {
  const usual = mount(good);
  fc.assert(
    fc.property(fc.constantFrom(...serverOnly), anyText(), (name, value) => {
      const { config, warnings } = mount({ ...good, [name]: value });
      expect(warnings).toEqual(usual.warnings);
      expect(config?.server.baseUrl).toEqual(usual.config?.server.baseUrl);
      expect([config?.log, config?.metricsToken]).toEqual([usual.config?.log, undefined]);
    }),
  );
});

test('the server says no to the same values', () => {
  expect(() => parseConfig({ ...good, LOG_LEVEL: 'verbose', PORT: '/run/app.sock' })).toThrow(ConfigError);
});

test('a mounted app isn’t told to set TRUST_PROXY, which is its own to set', () => {
  const redis = { REDIS_URL: 'redis://127.0.0.1:6379' };
  expect(mount({ ...good, ...redis, BASE_URL: 'https://gateway.harbour.example' }).warnings).toEqual([]);
});

describe('BASE_URL', () => {
  test.each(['/', './', '/app/', '../'])(
    '%j is refused with the word that Vite and Vitest set it',
    (value) => {
      const { refusal } = mount({ ...good, BASE_URL: value });
      expect(refusal?.message).toMatch(/BASE_URL is only a path, which Vite and Vitest put there/);
      expect(refusal?.message).toContain('prefix: "ENTRANCE_"');
    },
  );

  test.each([
    ['3000', 'http://localhost:3000'],
    ['\\\\.\\pipe\\b2b4cb8c-7564-4408-80f5-3ba5f5809541', 'http://localhost:8000'],
    ['/run/app/app.sock', 'http://localhost:8000'],
    ['0', 'http://localhost:8000'],
    ['99999', 'http://localhost:8000'],
    [undefined, 'http://localhost:8000'],
  ])('by default follows the PORT %j if that is one, and says so', (port, origin) => {
    const { config, warnings } = mount({ ...good, BASE_URL: undefined, PORT: port });
    expect(config?.server.baseUrl.origin).toBe(origin);
    expect(warnings.join()).toContain(`BASE_URL isn’t set: redirect URIs and links point to ${origin}`);
  });
});

describe('with a prefix', () => {
  const read = (settings: Settings, host: Settings = {}) =>
    mount({ ...host, ...underPrefix(settings) }, 'ENTRANCE_');

  test('only names with it are read', () => {
    const { config } = read(good, { BASE_URL: '/', SESSION_SECRET: 'keyboard cat', REDIS_URL: 'no address' });
    expect(config?.server.baseUrl.origin).toBe('http://localhost:8171');
    expect(config?.session.secret.value()).toBe(good.SESSION_SECRET);
  });

  test('a secret’s file is named with it too', () => {
    const file = '/nowhere/secret';
    const { refusal } = read({ ...good, SESSION_SECRET: undefined, SESSION_SECRET_FILE: file });
    expect(refusal?.problems).toMatchObject([{ variable: 'ENTRANCE_SESSION_SECRET_FILE' }]);
  });

  test('problems and warnings name the variables as they were given', () => {
    const { refusal } = read({
      ...good,
      SESSION_IDLE_TIMEOUT: '9h',
      SSO_ENABLED: 'true',
      SSO_ENTRA_ENABLED: 'true',
      SSO_ENTRA_TENANT_ID: 'organizations',
      SSO_COLOUR: 'blue',
      REDIS_WAIT_REPLICAS: '1',
    });
    const words = refusal?.message.match(/\b\w*(?:BASE_URL|SESSION_\w+|SSO_\w+|REDIS_\w+)/g) ?? [];
    expect(words.length).toBeGreaterThan(8);
    expect(words.filter((word) => !word.startsWith('ENTRANCE_'))).toEqual([]);
    expect(refusal?.message).not.toContain('If one of these variables is your app’s own');
    expect(refusal?.problems.map(({ variable }) => variable)).toContain('ENTRANCE_SSO_ENTRA_CLIENT_ID');
  });

  test('every name under it that is no setting is warned of, and none without it', () => {
    const { warnings } = read({ ...good, COLOUR: 'blue', SESION_SECRET: 'x' }, { SSO_COLOUR: 'blue' });
    expect(warnings.join('\n')).toMatch(/ENTRANCE_COLOUR is no setting/);
    expect(warnings.join('\n')).toMatch(/ENTRANCE_SESION_SECRET.*did you mean ENTRANCE_SESSION_SECRET/);
    expect(warnings.join('\n')).not.toContain('SSO_COLOUR');
  });

  test('a setting of the server is said to have no effect', () => {
    expect(read({ ...good, LOG_LEVEL: 'verbose' }).warnings).toContain(
      'ENTRANCE_LOG_LEVEL has no effect: the app that Entrance is mounted in listens and logs by itself',
    );
  });

  test('NODE_ENV holds without it, and the prefixed one comes first', () => {
    expect(
      read({ ...good, REDIS_URL: 'redis://127.0.0.1' }, { NODE_ENV: 'production' }).config?.production,
    ).toBe(true);
    const own = read({ ...good, NODE_ENV: 'development' }, { NODE_ENV: 'production' });
    expect(own.config?.production).toBe(false);
  });

  test('the file of a workload identity is found without it', () => {
    const entra = {
      SSO_ENABLED: 'true',
      SSO_ENTRA_ENABLED: 'true',
      SSO_ENTRA_TENANT_ID: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
      SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
    };
    const { refusal } = read({ ...good, ...entra }, { AZURE_FEDERATED_TOKEN_FILE: '/nowhere/token' });
    expect(refusal?.problems).toMatchObject([{ variable: 'AZURE_FEDERATED_TOKEN_FILE' }]);
  });

  test.each(['ENTRANCE', '_', '9_', 'MY APP_', 'a-b_'])('%j is no prefix', (prefix) => {
    expect(() => readMounted({}, prefix)).toThrow(TypeError);
  });
});
