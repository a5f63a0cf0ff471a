import { pipeline } from 'node:stream/promises';
import type { Audit } from '../audit/audit.js';
import type { Link, Links } from '../audit/chain.js';
import { chains } from '../audit/event.js';
import { type ExportFormat, exportText } from '../audit/export.js';
import type { Verification } from '../audit/verify.js';
import { plural } from '../words.js';

/** `entrance audit verify`: the report for people or, with `json`, for programs. */
export async function verifyAudit(
  audit: Audit,
  { noted, json }: { readonly noted: Link | undefined; readonly json: boolean },
): Promise<{ readonly intact: boolean; readonly report: string }> {
  const result = await audit.verify(noted);
  return { intact: result.intact, report: json ? `${JSON.stringify(toJson(result))}\n` : inWords(result) };
}

/** `entrance audit export`: the oldest event first, in the order of the hash chain. */
export async function exportAudit(
  audit: Audit,
  format: ExportFormat,
  output: NodeJS.WritableStream,
): Promise<void> {
  await pipeline(exportText(audit.export({}, 'oldest first'), format), output, { end: false });
}

/** Parses `SEQUENCE:HASH`, as the report of a verification writes it. Undefined if the text has another form. */
export function parseNotedHead(text: string): Link | undefined {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  return sequence === undefined || hash === undefined ? undefined : { sequence: Number(sequence), hash };
}

function inWords({ intact, count, head, cut, waiting, problems, problemCount }: Verification): string {
  const lines = [
    intact
      ? `The audit log is intact: ${plural(count, 'event')}, each in its place.`
      : `The audit log has been tampered with, or was signed with another SESSION_SECRET: ${plural(problemCount, 'problem')} in ${plural(count, 'event')}.`,
    ...problems.map(({ sequence, detail }) => `  event ${sequence}: ${detail}`),
    ...(problemCount > problems.length ? [`  and ${problemCount - problems.length} more`] : []),
    ...cutInWords(cut),
    ...(waiting === 0
      ? []
      : [`${plural(waiting, 'event is', 'events are')} stored and not yet in the chain.`]),
    `Head: ${head.sequence}:${head.hash}`,
    'Note the head down somewhere else. Next time “entrance audit verify --head” tells whether the log still holds it.',
  ];
  return `${lines.join('\n')}\n`;
}

const chainsInWords = {
  changes: 'Changes',
  visits: 'Sign-ins, sign-outs and uses of tokens',
  refusals: 'Refusals',
} as const;

function cutInWords(cut: Links): readonly string[] {
  return chains
    .filter((chain) => cut[chain].sequence > 0)
    .map((chain) => `${chainsInWords[chain]} up to event ${cut[chain].sequence} were removed by retention.`);
}

function toJson({ problemCount, ...rest }: Verification) {
  return { ...rest, problem_count: problemCount };
}
