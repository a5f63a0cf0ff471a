import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isUuid } from '#entrance/identity/uuid.js';
import { parseGrantingValue } from '#entrance/providers/entra/granting-value.js';
import { anyText } from '../support/any-text.js';
import { entraConfigOf } from '../support/entra.js';
import { parseValid, problemsOf } from '../support/settings.js';

const ONE = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
const OTHER = '9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528';
const problemOf = (text: string) => {
  const parsed = parseGrantingValue(text);
  return 'problem' in parsed ? parsed.problem : undefined;
};
const guid = fc.uuid().filter((id) => !/^[0-]+$/.test(id));
const inAnyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((one, index) => (upper[index] ? one.toUpperCase() : one)).join(''));

describe('a group’s ID', () => {
  test('is taken in any case, and compared in lower case', () => {
    fc.assert(
      fc.property(
        guid.chain((id) => fc.tuple(fc.constant(id), inAnyCase(id))),
        ([id, written]) => {
          expect(parseGrantingValue(` ${written} `)).toEqual({ kind: 'group', value: id.toLowerCase() });
        },
      ),
    );
  });

  test('with anything glued to it is refused', () => {
    const glue = anyText({ maxLength: 5 });
    fc.assert(
      fc.property(glue, guid, glue, (before, id, after) => {
        fc.pre(`${before}${id}${after}`.trim() !== id);
        expect(problemOf(`${before}${id}${after}`)).toMatch(/group IDs?/);
      }),
    );
  });

  test('with one character too few, too many or exchanged is refused', () => {
    const slip = fc.tuple(
      guid,
      fc.nat(35),
      fc.constantFrom('delete', 'insert', 'replace'),
      fc.stringMatching(/^[\x21-\x7e]$/),
    );
    fc.assert(
      fc.property(slip, ([id, at, kind, letter]) => {
        const rest = id.slice(at + (kind === 'insert' ? 0 : 1));
        const slipped = `${id.slice(0, at)}${kind === 'delete' ? '' : letter}${rest}`;
        fc.pre(!isUuid(slipped));
        expect(problemOf(slipped)).toMatch(/group IDs?/);
      }),
    );
  });

  test.each([
    [`${ONE} ${OTHER}`, /several group IDs: put commas between them/],
    [`${ONE};${OTHER}`, /several group IDs/],
    [`${ONE}|${OTHER}`, /several group IDs/],
    [`${ONE}\n${OTHER}`, /several group IDs/],
    [`${ONE}${OTHER}`, /several group IDs/],
    [`{${ONE}}`, /a GUID\) and more than that/],
    [`(${ONE})`, /and more than that/],
    [`"${ONE}"`, /and more than that/],
    [`${ONE} # administrators`, /and more than that/],
    [`group:${ONE}`, /and more than that/],
    [`urn:uuid:${ONE}`, /and more than that/],
    [`https://entra.microsoft.com/#view/groupId/${ONE}`, /and more than that/],
    [ONE.slice(0, -1), /nearly a group ID.*one character is missing/],
    [`${ONE}0`, /one character is too many/],
    [ONE.slice(0, 23), /13 characters are missing/],
    [ONE.replaceAll('-', ''), /its hyphens are missing/],
    [ONE.replaceAll('-', '–'), /digits, letters and hyphens only/],
    [ONE.replace('02-', '0-2'), /a hyphen is in the wrong place/],
    [ONE.replace('0', 'O'), /digits 0 to 9 and the letters a to f only/],
    ['00000000-0000-0000-0000-000000000000', /the empty GUID/],
  ])('%j: %s', (text, words) => {
    expect(problemOf(text)).toMatch(words);
  });
});

describe('an app role’s value', () => {
  test.each([
    'gateway.admin',
    'Gateway.Admin',
    'Tasks.ReadWrite.All',
    'api://gateway/admin',
    'task:write',
    'admin_2',
    '9c6d',
    'a',
    'x'.repeat(120),
    'Admin(EU)',
    'decade',
    'facade-cafe',
  ])('%s is taken as it is', (value) => {
    expect(parseGrantingValue(value)).toEqual({ kind: 'app_role', value });
  });

  test.each([
    ['Platform Admins', /neither a group ID .*nor the value of an app role \(those have no blanks\)/],
    ['gateway.admin gateway.reader', /no blanks.*commas/],
    ['gateway.admin;gateway.reader', /neither/],
    ['"gateway.admin"', /neither/],
    ['gateway.admin#x', /neither/],
    ['{gateway.admin}', /neither/],
    ['<group-id>', /neither/],
    ['$ADMIN_GROUP', /neither/],
    ['%ADMIN_GROUP%', /neither/],
    ['.admin', /don’t begin with a dot/],
    ['*', /no wildcards/],
    ['gateway.*', /no wildcards/],
    ['CONTOSO\\Admins', /name or address of a group/],
    ['CN=Admins', /name or address of a group/],
    ['admins@contoso.com', /name or address of a group/],
    ['gateway.admin\u200b', /neither/],
    ['gatewаy.admin', /neither/],
    ['Administratören', /neither/],
    ['x'.repeat(121), /at most 120/],
    ['', /neither/],
  ])('%j is refused: %s', (text, words) => {
    expect(problemOf(text)).toMatch(words);
  });

  test('has no character that is left over from a list, a quotation, a comment or a placeholder', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 20 }), (text) => {
        const parsed = parseGrantingValue(text);
        if ('value' in parsed) expect(parsed.value).toMatch(/^[^\s"'`;,#{}[\]<>$*\\]+$/);
      }),
    );
  });
});

describe('what gives roles and teams', () => {
  test.each(['SSO_ENTRA_ADMIN_GROUPS', 'SSO_ENTRA_ROLE_MAPPINGS', 'SSO_ENTRA_TEAM_MAPPINGS'])(
    '%s refuses a group by name, and names it',
    (name) => {
      const value = name.endsWith('GROUPS') ? '["Platform Admins"]' : '{"Platform Admins":"developer"}';
      expect(problemsOf({ [name]: value })).toEqual([
        expect.objectContaining({ variable: name, problem: expect.stringContaining('“Platform Admins”') }),
      ]);
    },
  );

  test('a group’s ID in another case is the same group', () => {
    const config = parseValid({
      SSO_ENTRA_ADMIN_GROUPS: `${ONE.toUpperCase()},${ONE}`,
      SSO_ENTRA_TEAM_MAPPINGS: JSON.stringify({ [OTHER.toUpperCase()]: 'Red' }),
    });
    expect(entraConfigOf(config)).toMatchObject({
      adminGroups: [{ kind: 'group', value: ONE }],
      teamMappings: [{ kind: 'group', value: OTHER, name: 'Red' }],
    });
  });

  test.each([
    `{"${ONE}":"developer","${ONE}":"writer"}`,
    `{"${ONE}":"developer","${ONE.toUpperCase()}":"writer"}`,
    '{"gateway.a":"developer", "gateway.\\u0061" : "writer"}',
  ])('a value that is mapped twice is refused, since one of both would be lost: %s', (value) => {
    expect(problemsOf({ SSO_ENTRA_ROLE_MAPPINGS: value })[0]?.problem).toMatch(/twice/);
  });

  test('a colon inside a name isn’t taken for a second key', () => {
    const mapping = { [ONE]: 'a:b', 'x:y': 'c' };
    expect(problemsOf({ SSO_ENTRA_ROLE_MAPPINGS: JSON.stringify(mapping, undefined, 1) })).toEqual([]);
  });

  test.each([
    ['SSO_ENTRA_DEFAULT_ROLE', 'Platform_Viewer'],
    ['SSO_ENTRA_DEFAULT_ROLE', 'platform-admin'],
    ['SSO_ENTRA_ROLE_MAPPINGS', '{"gateway.viewer":"Platform_Viewer"}'],
    ['SSO_ENTRA_ROLE_MAPPINGS', '{"gateway.viewer":"platform viewer"}'],
  ])('%s=%s: a role that only reads like ours is refused', (name, value) => {
    expect(problemsOf({ [name]: value })[0]?.problem).toMatch(/did you mean platform_(?:viewer|admin)\?/);
  });

  test('every problem of a mapping is named at once', () => {
    const [problem] = problemsOf({ SSO_ENTRA_ROLE_MAPPINGS: '{"Platform Admins":"a b","two words":"ok"}' });
    expect(problem?.problem).toMatch(/“Platform Admins”.*“a b”.*“two words”/);
  });
});
