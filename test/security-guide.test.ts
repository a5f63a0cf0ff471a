import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** docs/security.md names code and a test for each of its controls. */

const root = new URL('../', import.meta.url);
const rows = readFileSync(new URL('docs/security.md', root), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const controls = rows
  .filter(({ length }) => length === 3)
  .filter(([first]) => first !== 'control' && !/^-+$/.test(first ?? ''));
const pathsIn = (text = '') =>
  [...text.matchAll(/`((?:src|test|demo|views|docs)\/[^`]*|Dockerfile|compose\.yaml)`/g)].map(
    ([, path = '']) => path,
  );

test('every control has code and a test, and each is where the page says', () => {
  expect(controls.length).toBeGreaterThan(100);
  for (const [control, code, tests] of controls) {
    const missing = [...pathsIn(code), ...pathsIn(tests)].filter((path) => !existsSync(new URL(path, root)));
    expect({ control, missing }).toEqual({ control, missing: [] });
    const isShown = pathsIn(tests).some((path) => path.startsWith('test/')) || tests === 'itself';
    expect({ control, code: pathsIn(code).length > 0 || /oauth4webapi/.test(code ?? ''), isShown }).toEqual({
      control,
      code: true,
      isShown: true,
    });
  }
});
