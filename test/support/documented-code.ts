import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const FRAMES_FOLDER = join(ROOT, 'test/fixtures/documented-code');
const LISTENS = /(createServer\(serverOptions\(app\), app\)|app)\.listen\(8000\)/;
const LANGUAGES_THAT_RUN: ReadonlySet<string> = new Set([
  ...['ts', 'typescript', 'mts', 'cts', 'tsx'],
  ...['js', 'javascript', 'mjs', 'cjs', 'jsx'],
]);
/** An empty language is a drawing or an output. Other tests run the commands, and the files of proxies. */
export const LANGUAGES_THAT_DO_NOT_RUN: ReadonlySet<string> = new Set([
  ...['', 'sh', 'ini', 'json', 'yaml', 'nginx', 'caddyfile'],
]);
/** Stands behind the language of code that another product runs. */
export const MARKER = 'elsewhere';
/** The line of a frame in whose place the block stands. */
const PLACE = '// The block of the page stands here.\n';

/** A piece of a page between two fences. */
export interface CodeBlock {
  readonly page: string;
  /** Its number among the blocks of code of its page, from 0. */
  readonly number: number;
  readonly language: string;
  readonly marker: string;
  readonly isCode: boolean;
  readonly code: string;
  /** The name that its first line gives, as in `// app.ts`. */
  readonly file: string | undefined;
  /** Each page has a folder, so that its files find each other. */
  readonly folder: string;
  readonly path: string;
  /** The frame that a fragment needs, named after the heading above the block. */
  readonly frame: string;
  /** The block, in its frame if it has one. */
  readonly program: string;
}

export function documentedPages(): readonly string[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const guides = docs.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`);
  return ['README.md', ...guides.sort()];
}

/** What fragments need around them: declarations before, and behind them checks that they did what the page says. */
export const FRAMES: readonly string[] = readdirSync(FRAMES_FOLDER, {
  recursive: true,
  encoding: 'utf8',
}).filter((file) => file.includes('/') && file.endsWith('.ts'));

export function blocksOf(page: string): readonly CodeBlock[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const fences = text.matchAll(/^( *)```([^\s`]*) *([^\n`]*)\n(.*?)^\1```$/gms);
  const folder = page.replace(/\.md$/, '').replaceAll('/', '-');
  const numbers = { code: 0, other: 0 };
  return [...fences].map(({ index, 2: language = '', 3: marker = '', 4: code = '' }) => {
    const isCode = LANGUAGES_THAT_RUN.has(language);
    const number = isCode ? numbers.code++ : numbers.other++;
    const [, file] = /^\/\/ ([\w.-]+\.ts)\n/.exec(code) ?? [];
    const frame = join(folder, `${headingAbove(text, index)}.ts`);
    const path = join(folder, file ?? `${number}.${isCommonJs(code) ? 'cjs' : 'ts'}`);
    return {
      ...{ page, number, language, marker, isCode, code, file, folder, path, frame },
      program:
        file === undefined && !LISTENS.test(code) && FRAMES.includes(frame) ? framed(code, frame) : code,
    };
  });
}

function headingAbove(text: string, index: number): string {
  const prose = text.slice(0, index).replaceAll(/^ *```.*?^ *```$/gms, '');
  const [, heading = ''] = [...prose.matchAll(/^#+ (.*)$/gm)].at(-1) ?? [];
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z ]/g, '')
    .replaceAll(' ', '-');
}

function isCommonJs(code: string): boolean {
  return code.includes(' = require(');
}

function framed(code: string, frame: string): string {
  const [before, after] = readFileSync(join(FRAMES_FOLDER, frame), 'utf8').split(PLACE);
  if (after === undefined) throw new Error(`${frame} has no place for its block`);
  return `${before}${code}${after}`;
}

export function isProgram({ code }: CodeBlock): boolean {
  return LISTENS.test(code);
}

export function isTest({ file = '' }: CodeBlock): boolean {
  return file.endsWith('.test.ts');
}

/** The program with a free port in place of 8000. */
export function onFreePort(code: string): string {
  return code.replace(
    LISTENS,
    "const server = $1.listen(0, () => console.log('listening on', JSON.stringify(server.address()).match(/\\d{4,}/)?.[0]))",
  );
}
