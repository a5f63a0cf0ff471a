import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(root + file, 'utf8');
const guides = readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file}`);
const pages = [...guides, 'README.md', 'CONTRIBUTING.md', 'SECURITY.md'];

/** A path of this repository in backticks. A `<name>` in it stands for many. */
const PATH = /`((?:src|test|views|public|demo|bench|scripts|docs)\/[^`\s]*)`/g;
/** A path, and in brackets names that are to be looked for in that file. */
const PATH_WITH_NAMES = /`((?:src|test)\/[^`\s]+\.ts)` \(((?:`\w+`(?:, )?)+)\)/g;

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('names files and folders that are there', () => {
    const named = [...text.matchAll(PATH)].map(([, path = '']) => path.replace(/[^/]*<.*$/, ''));
    expect(named.filter((path) => !existsSync(root + path))).toEqual([]);
  });

  test('names what is in the file that it names', () => {
    const missing = [...text.matchAll(PATH_WITH_NAMES)].flatMap(([, path = '', names = '']) =>
      names
        .split(', ')
        .map((name) => name.replaceAll('`', ''))
        .filter((name) => !new RegExp(`\\b${name}\\b`).test(read(path)))
        .map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const map = read('docs/architecture.md');

  test('can be read at once', () => {
    expect(map.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
  });

  test('has a place for every folder of src/', () => {
    const folders = readdirSync(`${root}src`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `src/${name}/`);
    expect(folders.filter((folder) => !map.includes(`\`${folder}\``))).toEqual([]);
  });
});
