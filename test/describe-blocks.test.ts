import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';

const TESTS = new URL('.', import.meta.url);
const MOST_LINES = 200;
/** A block around others holds what they share, and this many lines of its own. */
const MOST_LINES_AROUND = 50;

interface Block {
  readonly title: string;
  readonly lines: number;
  /** Those that stand in no inner block. */
  readonly ownLines: number;
  readonly inner: readonly Block[];
}

test('a describe block is short, or little more than the blocks in it', () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  const long = files.flatMap((file) =>
    longBlocks(blocksIn(readFileSync(new URL(file, TESTS), 'utf8'))).map(
      ({ title, lines }) => `${file}: “${title}” has ${lines} lines`,
    ),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(long).toEqual([]);
});

test.each([
  ['one', `describe('long', () => {${'\n'.repeat(MOST_LINES)}});`],
  ['one for each of a table', `describe.each([1, 2])('long', () => {${'\n'.repeat(MOST_LINES)}});`],
  [
    'one in a short one',
    `describe('short', () => { describe('long', () => {${'\n'.repeat(MOST_LINES)}}); });`,
  ],
  [
    'one with a short one in it',
    `describe('long', () => {${'\n'.repeat(MOST_LINES)}describe('short', () => {}); });`,
  ],
])('a long block is noticed: %s', (_name, source) => {
  expect(longBlocks(blocksIn(source)).map(({ title }) => title)).toEqual(['long']);
});

test('a block of many short ones is not taken for a long one', () => {
  const short = `describe('short', () => {${'\n'.repeat(MOST_LINES / 2)}});\n`;
  expect(longBlocks(blocksIn(`describe('outer', () => {${short.repeat(4)}});`))).toEqual([]);
});

function longBlocks(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap((block) => [
    ...(block.lines > MOST_LINES && block.ownLines > MOST_LINES_AROUND ? [block] : []),
    ...longBlocks(block.inner),
  ]);
}

function blocksIn(source: string): readonly Block[] {
  const text = Buffer.from(source);
  return [...blocksUnder(parseSync(source, { syntax: 'typescript', target: 'es2022' }))];

  function* blocksUnder(node: unknown): Generator<Block> {
    if (isDescribe(node)) yield blockOf(node);
    else if (typeof node === 'object' && node !== null)
      for (const child of Object.values(node)) yield* blocksUnder(child);
  }

  function blockOf({ span, arguments: given }: Call): Block {
    const inner = [...blocksUnder(given)];
    // A span counts bytes, from 1.
    const lines = text.toString('utf8', span.start - 1, span.end - 1).split('\n').length;
    const ownLines = lines - inner.reduce((sum, block) => sum + block.lines, 0);
    return { title: given[0]?.expression.value ?? '', lines, ownLines, inner };
  }
}

interface Call {
  readonly type: 'CallExpression';
  readonly span: { readonly start: number; readonly end: number };
  readonly callee: unknown;
  readonly arguments: ReadonlyArray<{
    readonly expression: { readonly type: string; readonly value?: string };
  }>;
}

/** `describe(…)`, `describe.each(…)(…)` and the like, where a title and a function are given. */
function isDescribe(node: unknown): node is Call {
  if (!isCall(node) || !node.arguments.some(({ expression }) => /Function/.test(expression.type)))
    return false;
  return rootOf(node.callee) === 'describe';
}

function isCall(node: unknown): node is Call {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === 'CallExpression';
}

/** The name at the beginning of `name.member(…)`. */
function rootOf(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return undefined;
  if ('callee' in node) return rootOf(node.callee);
  if ('object' in node) return rootOf(node.object);
  return 'value' in node ? node.value : undefined;
}
