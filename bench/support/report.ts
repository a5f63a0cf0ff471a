import type { Benchmark, Result, Table, Target } from './benchmark.js';

/** For a terminal. */
export function asText({ title }: Benchmark, { tables, targets }: Result): string {
  return [`\n${title}\n${'='.repeat(title.length)}`, ...tables.map(tableText), targetLines(targets)].join(
    '\n',
  );
}

function tableText({ caption, columns, rows }: Table): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const text = lines.map((line) =>
    line.map((cell, column) => padded(cell, widths[column], column)).join('  '),
  );
  return `\n${caption}\n\n${text.join('\n')}`;
}

function padded(cell: string, width = 0, column = 0): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function targetLines(targets: readonly Target[]): string {
  const lines = targets.map(
    ({ what, limit, measured, met }) => `${met ? 'met   ' : 'MISSED'}  ${what}: ${measured} (${limit})`,
  );
  return lines.length === 0 ? '' : `\n${lines.join('\n')}`;
}

/** For docs/performance.md. */
export function asMarkdown({ tables, targets }: Result): string {
  const goals: Table = {
    caption: '',
    columns: ['goal', 'limit', 'measured', ''],
    rows: targets.map(({ what, limit, measured, met }) => [
      what,
      limit,
      measured,
      met ? 'met' : '**missed**',
    ]),
  };
  return [...tables, ...(targets.length === 0 ? [] : [goals])].map(tableMarkdown).join('\n\n');
}

function tableMarkdown({ caption, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const alignment = columns.map((_, column) => (column === 0 ? '---' : '---:'));
  const table = [line(columns), line(alignment), ...rows.map(line)].join('\n');
  return caption === '' ? table : `${caption}\n\n${table}`;
}

/** Puts new text between the marks of a block: `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. */
export function replaceBlock(page: string, name: string, text: string): string {
  const [from, to] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [start, end] = [page.indexOf(from), page.indexOf(to)];
  if (start < 0 || end < start)
    throw new Error(`docs/performance.md has no place for ${name}: ${from} … ${to}`);
  return `${page.slice(0, start + from.length)}\n\n${text}\n\n${page.slice(end)}`;
}
