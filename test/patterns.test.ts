import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';
import { analyse } from 'scslre';

const SOURCE = new URL('../src/', import.meta.url);
/** They read settings, which the operator writes, once. */
const OF_THE_OPERATOR =
  /^(?:config|commands|doctor|providers\/inspection)\/|^providers\/[\w-]+\/settings\.ts$/;

interface Pattern {
  readonly type: 'RegExpLiteral';
  readonly pattern: string;
  readonly flags: string;
}

function* patternsIn(node: unknown): Generator<Pattern> {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === 'RegExpLiteral') yield node as Pattern; // a node of this type has these
  for (const child of Object.values(node)) yield* patternsIn(child);
}

function slownessOf({ pattern, flags }: Pattern): readonly string[] {
  const { reports } = analyse(
    { source: pattern, flags },
    { reportTypes: { Move: true, Self: true, Trade: true } },
  );
  return reports.map(({ type, exponential }) => `${type}${exponential ? ', exponential' : ''}`);
}

test('no pattern takes more time than for the length of what it is held against', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !OF_THE_OPERATOR.test(file),
  );
  const slow = files.flatMap((file) => {
    const program = parseSync(readFileSync(new URL(file, SOURCE), 'utf8'), {
      syntax: 'typescript',
      target: 'es2022',
    });
    return [...patternsIn(program)].flatMap((one) =>
      slownessOf(one).map((kind) => `${file}: /${one.pattern}/${one.flags} (${kind})`),
    );
  });
  expect(files.length).toBeGreaterThan(200);
  expect(slow).toEqual([]);
});

test('a pattern that looks for an end everywhere is noticed', () => {
  for (const pattern of ['\\s+$', '[^/]+(?=\\/v2\\.0$)', '^(a*)*$'])
    expect(slownessOf({ type: 'RegExpLiteral', pattern, flags: 'u' })).not.toEqual([]);
});
