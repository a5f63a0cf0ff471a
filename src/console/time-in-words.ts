const STEPS = [
  { unit: 'year', milliseconds: 365 * 86_400_000 },
  { unit: 'month', milliseconds: 30 * 86_400_000 },
  { unit: 'week', milliseconds: 7 * 86_400_000 },
  { unit: 'day', milliseconds: 86_400_000 },
  { unit: 'hour', milliseconds: 3_600_000 },
  { unit: 'minute', milliseconds: 60_000 },
] as const;

/** A moment as people say it ("3 minutes ago"), with the exact instant beside it. */
export function timeInWords(iso: string, now: number): { readonly iso: string; readonly words: string } {
  const distance = Date.parse(iso) - now;
  const step = STEPS.find(({ milliseconds }) => Math.abs(distance) >= milliseconds);
  return {
    iso,
    words:
      step === undefined
        ? 'just now'
        : formatter().format(Math.trunc(distance / step.milliseconds), step.unit),
  };
}

let made: Intl.RelativeTimeFormat | undefined;

/** Made when a page first needs it: it takes some 20 ms, which a start shouldn't. */
function formatter(): Intl.RelativeTimeFormat {
  made ??= new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  return made;
}
