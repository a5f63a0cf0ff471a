import { styleText } from 'node:util';
import type { Finding, Severity } from '../providers/inspection/finding.js';

const LINE_WIDTH = 100;

const severities: Readonly<
  Record<Severity, { readonly label: string; readonly colour: Parameters<typeof styleText>[0] }>
> = {
  ok: { label: 'ok', colour: 'green' },
  warning: { label: 'warning', colour: 'yellow' },
  failed: { label: 'failed', colour: 'red' },
  could_not_check: { label: 'not checked', colour: 'cyan' },
};
const LABEL_WIDTH = Math.max(...Object.values(severities).map(({ label }) => label.length)) + 2;

/** The report for people: a line for each finding, the remedy below it, and a summary at the end. */
export function reportText(findings: readonly Finding[], { colours }: { readonly colours: boolean }): string {
  const paint = (severity: Severity, text: string) =>
    colours ? styleText(severities[severity].colour, text, { validateStream: false }) : text;
  const entries = findings.map(({ severity, what, why, remedy }) => {
    const label = paint(severity, severities[severity].label.padEnd(LABEL_WIDTH));
    const advice = [why, remedy === undefined ? undefined : `→ ${remedy}`].filter(
      (text) => text !== undefined,
    );
    return [what, ...advice]
      .flatMap(wrap)
      .map((line, row) => (row === 0 ? label : ' '.repeat(LABEL_WIDTH)) + line)
      .join('\n');
  });
  return `${entries.join('\n')}\n\n${summary(findings)}\n`;
}

export function reportJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ status: worst(findings), findings }, undefined, 2)}\n`;
}

function worst(findings: readonly Finding[]): Severity {
  const order: readonly Severity[] = ['failed', 'could_not_check', 'warning', 'ok'];
  return order.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'ok';
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length;
  const order: readonly Severity[] = ['ok', 'warning', 'failed', 'could_not_check'];
  return order.map((severity) => `${count(severity)} ${severities[severity].label}`).join(', ');
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < LINE_WIDTH - LABEL_WIDTH)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
