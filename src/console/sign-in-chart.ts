import type { DaySignIns } from '../audit/audit.js';
import { isErrorCode } from '../error-codes.js';
import { errorText } from '../error-texts.js';
import type { SignInChart, SignInDay } from '../pages/models/dashboard.js';
import { plural } from '../words.js';

/** A bar and the gap to the next one, and the height of the drawing, in its own units. */
const STEP = 10;
const BAR_WIDTH = 7;
const HEIGHT = 100;
const MOST_REASONS = 3;
/** The tops of a drawing, times a power of ten. */
const EASY_TOPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

export interface DayTotals {
  readonly day: string;
  readonly signedIn: number;
  readonly refused: number;
}

export function totalsOf({ day, counts }: DaySignIns): DayTotals {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const signedIn = counts.get('success') ?? 0;
  return { day, signedIn, refused: all - signedIn };
}

/** Draws the sign-ins of some days, and says the same in words. */
export function signInChart(days: readonly DaySignIns[]): SignInChart {
  const totals = days.map(totalsOf);
  const most = Math.max(1, ...totals.map(({ signedIn, refused }) => signedIn + refused));
  const top = roundUp(most);
  return {
    summary: summaryOf(totals),
    reasons: reasonsOf(days),
    width: totals.length * STEP - (STEP - BAR_WIDTH),
    height: HEIGHT,
    barWidth: BAR_WIDTH,
    top: inWords(top),
    first: dayInWords(totals[0]?.day ?? ''),
    last: dayInWords(totals.at(-1)?.day ?? ''),
    days: totals.map((one, index) => bar(one, index, top)),
  };
}

function bar({ day, signedIn, refused }: DayTotals, index: number, top: number): SignInDay {
  const heightOf = (count: number) => Math.round((count / top) * HEIGHT * 100) / 100;
  const [signedInHeight, refusedHeight] = [heightOf(signedIn), heightOf(refused)];
  return {
    label: dayInWords(day),
    iso: day,
    signedIn,
    refused,
    x: index * STEP,
    signedInHeight,
    refusedHeight,
    y: Math.round((HEIGHT - signedInHeight - refusedHeight) * 100) / 100,
  };
}

/** The next whole number that is easy to read and not far above, so that the bars fill most of the drawing. */
function roundUp(count: number): number {
  const power = 10 ** Math.floor(Math.log10(count));
  const tops = EASY_TOPS.map((top) => top * power).filter(Number.isInteger);
  return tops.find((top) => top >= count) ?? 10 * power;
}

function summaryOf(totals: readonly DayTotals[]): string {
  const signedIn = totals.reduce((sum, day) => sum + day.signedIn, 0);
  const refused = totals.reduce((sum, day) => sum + day.refused, 0);
  const period = `in the last ${totals.length} days`;
  if (signedIn + refused === 0) return `Nobody tried to sign in ${period}.`;
  const busiest = totals.reduce((one, other) => (sumOf(other) > sumOf(one) ? other : one));
  const succeeded = `${inWords(signedIn)} of ${plural(signedIn + refused, 'sign-in')} succeeded ${period}`;
  return `${succeeded}, ${inWords(refused)} ${refused === 1 ? 'was' : 'were'} refused. The busiest day was ${dayInWords(busiest.day)}, with ${inWords(sumOf(busiest))}.`;
}

function sumOf({ signedIn, refused }: DayTotals): number {
  return signedIn + refused;
}

function reasonsOf(days: readonly DaySignIns[]): string | undefined {
  const totals = new Map<string, number>();
  for (const [reason, count] of days.flatMap(({ counts }) => [...counts]))
    if (reason !== 'success') totals.set(reason, (totals.get(reason) ?? 0) + count);
  const often = [...totals].sort(([, one], [, other]) => other - one).slice(0, MOST_REASONS);
  if (often.length === 0) return undefined;
  return `Refused most often: ${often.map(([reason, count]) => `${titleOf(reason)} (${inWords(count)})`).join(', ')}.`;
}

function titleOf(reason: string): string {
  return isErrorCode(reason) ? `“${errorText(reason).title}”` : reason;
}

function dayInWords(day: string): string {
  return day === '' ? '' : formatter().format(Date.parse(day));
}

let made: Intl.DateTimeFormat | undefined;

/** Created once, when a page first needs it: creating it takes longer than all other work for a drawing. */
function formatter(): Intl.DateTimeFormat {
  made ??= new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
  return made;
}

export function inWords(count: number): string {
  return count.toLocaleString('en');
}
