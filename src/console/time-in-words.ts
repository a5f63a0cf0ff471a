const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Units of time, in milliseconds. A distance is rounded to `grain` before its unit is chosen, so that 59.6 minutes are
 * an hour.
 */
const STEPS = [
  { unit: 'year', length: 365 * DAY, grain: DAY },
  { unit: 'month', length: 30 * DAY, grain: DAY },
  { unit: 'week', length: 7 * DAY, grain: DAY },
  { unit: 'day', length: DAY, grain: HOUR },
  { unit: 'hour', length: HOUR, grain: MINUTE },
  { unit: 'minute', length: MINUTE, grain: MINUTE },
] as const;

/**
 * A moment as people say it ("3 minutes ago"), with the exact instant beside it. The words are rounded and have
 * numbers, since "yesterday" would depend on the reader's time zone.
 */
export function timeInWords(iso: string, now: number): { readonly iso: string; readonly words: string } {
  const distance = Date.parse(iso) - now;
  const size = Math.abs(distance);
  const step = STEPS.find(({ length, grain }) => Math.max(size, Math.round(size / grain) * grain) >= length);
  if (step === undefined) return { iso, words: 'just now' };
  return { iso, words: formatter().format(Math.sign(distance) * Math.round(size / step.length), step.unit) };
}

/** The minute of an instant such as `2026-03-01T09:30:00.000Z`: “2026-03-01 09:30 UTC”. */
export function minuteInWords(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** A date such as `2026-03-01`, as “Sunday, 1 March 2026”. */
export function dayInWords(date: string): string {
  dates ??= new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });
  return dates.format(Date.parse(date));
}

let dates: Intl.DateTimeFormat | undefined;
let made: Intl.RelativeTimeFormat | undefined;

/** Created when a page first needs it, since that takes some 20 ms, which would slow the start. */
function formatter(): Intl.RelativeTimeFormat {
  made ??= new Intl.RelativeTimeFormat('en', { numeric: 'always' });
  return made;
}
