import * as z from 'zod';
import { splitList } from './list.js';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

export const boolean = z.stringbool({
  truthy: ['true', '1', 'yes', 'on'],
  falsy: ['false', '0', 'no', 'off'],
  error: 'must be true or false (1 or 0, yes or no, on or off)',
});

export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .pipe(z.number().min(least, error).max(most, error));
}

/** Milliseconds, from one second to a number of days. */
export function durationUpTo(days: number) {
  return understood(
    parseDuration,
    'must be a whole number with a unit, ms, s, m, h or d: 90s, 30m, 8h, 1d',
  ).pipe(
    z
      .number()
      .min(UNITS.s, 'must be at least 1s')
      .max(days * UNITS.d, `must be at most ${days}d`),
  );
}

export const duration = durationUpTo(365);

/** Milliseconds, up to five minutes. */
export const pause = understood(
  (text) => (text === '0' ? 0 : parseDuration(text)),
  'must be 0 (none), or a whole number with a unit: 5s, 1m',
).pipe(z.number().max(5 * UNITS.m, 'must be at most 5m'));

/** Milliseconds as for `duration`, or 0, which means never. */
export const durationOrNever = z
  .string()
  .transform((text) => (text === '0' || parseDuration(text) === 0 ? '0' : text))
  .pipe(
    z.union([z.literal('0').transform(() => 0), duration], {
      error: 'must be 0 (never), or a whole number with a unit, from 1s to 365d: 15m, 1h',
    }),
  );

export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * UNITS[unit as Unit]; // the pattern admits no other
}

/** One of a few words, in any case; `aliases` are synonyms for them. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  aliases: Readonly<Record<string, Word>> = {},
) {
  const meanings = new Map(Object.entries(aliases));
  return z
    .string()
    .toLowerCase()
    .transform((text) => meanings.get(text) ?? text)
    .pipe(z.enum(words, { error: `must be one of ${words.join(', ')}` }));
}

/** A JSON array, or texts with commas between them; repetitions are dropped. */
export function listOf<T>(item: z.ZodType<T, string>) {
  return judged(splitList)
    .transform(({ items }) => [...items])
    .pipe(z.array(item))
    .transform((items): readonly T[] => [
      ...new Map(items.map((one) => [JSON.stringify(one), one])).values(),
    ]);
}

/** A single line of text, without control characters. */
export function line(longest: number) {
  const error = `must be one line of at most ${longest} characters`;
  return z
    .string()
    .regex(/^\P{Cc}*$/u, error)
    .max(longest, error);
}

/** A schema of `parse`. If `parse` gives undefined, `problem` says what is wrong with the text. */
export function understood<T>(
  parse: (text: string) => T | undefined,
  problem: string | ((text: string) => string),
) {
  return z.string().transform((text, context): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: typeof problem === 'string' ? problem : problem(text) });
    return z.NEVER;
  });
}

/** A schema of `parse`, which says what is wrong with a text that it can’t parse. */
export function judged<T extends object>(
  parse: (text: string) => T | { readonly problem: string },
  prefix = '',
) {
  return z.string().transform((text, context): T => {
    const parsed = parse(text);
    if (!('problem' in parsed)) return parsed;
    context.addIssue({ code: 'custom', message: prefix + parsed.problem });
    return z.NEVER;
  });
}
