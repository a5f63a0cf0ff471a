import type { Request } from 'express';

/** Destinations of Fetch Metadata that show a page inside another page. */
const FRAMES: ReadonlySet<string> = new Set(['iframe', 'frame', 'embed', 'object', 'fencedframe']);

/**
 * Whether a person's browser opens this address as a page. Browsers say so in `Sec-Fetch-Mode` (Fetch Metadata §2.2);
 * browsers without that header are recognised by `Accept`. A request with a credential comes from a program.
 */
export function isNavigation(request: Request): boolean {
  const mode = request.get('sec-fetch-mode');
  if (mode !== undefined) return mode === 'navigate';
  return (
    isSafe(request) &&
    /\btext\/html\b/.test(request.get('accept') ?? '') &&
    request.get('authorization') === undefined
  );
}

/** Whether the page would be shown in a frame. The sign-in page can't be loaded in one. */
export function isForFrame(request: Request): boolean {
  return FRAMES.has(request.get('sec-fetch-dest') ?? '');
}

/** Whether a browser loads a page ahead of time that nobody has opened yet (prefetch, prerender). */
export function isSpeculative(request: Request): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    /\b(?:prefetch|prerender|preview)\b/i.test(request.get(name) ?? ''),
  );
}

/** Only then may a GET change anything, such as clear a notice that the page has shown. */
export function isOpened(request: Request): boolean {
  return request.method !== 'HEAD' && !isSpeculative(request);
}

/** Whether the method changes nothing, so that a redirect can repeat the request. */
export function isSafe({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}
