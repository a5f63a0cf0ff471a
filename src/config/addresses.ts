import type { BaseUrl } from './config.js';

/** Whether a URL's host is this machine: the only place where plain http is accepted. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}

/** An http(s) URL that isn't plain http to another machine; undefined otherwise. */
export function parseSafeUrl(value: string): URL | undefined {
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  return isPlain && isSafe ? url : undefined;
}

export function parseBaseUrl(value: string): BaseUrl | undefined {
  const url = parseSafeUrl(value);
  if (url === undefined || /\/\/|%|\/\.{1,2}(?:\/|$)/.test(value.slice(value.indexOf('://') + 3)))
    return undefined;
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, ''), secure: url.protocol === 'https:' };
}

export function parseOrigin(value: string): string | undefined {
  const url = parseSafeUrl(value);
  return url?.pathname === '/' ? url.origin : undefined;
}
