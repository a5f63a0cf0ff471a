import * as z from 'zod';
import { webAddress } from '../../config/web-address.js';
import { createNearest } from '../../identity/nearest.js';
import { authorityProblem, clouds, graphProblem } from './clouds.js';
import { asExternalIdHost, isExternalIdHost } from './external-id.js';

/** A host’s name with at most this many wrong letters counts as misspelt. */
const LARGEST_SLIP = 2;

/** `SSO_ENTRA_AUTHORITY`, as an origin. */
export const authority = origin(
  authorityProblem,
  (hostname) => [...clouds.map((cloud) => cloud.authority), ...externalIdLike(hostname)],
  'must be the origin of the cloud alone, without a path, tenant or version',
);

export const graphUrl = origin(
  graphProblem,
  () => clouds.flatMap(({ graphs }) => graphs),
  'must be the origin of Microsoft Graph alone, without a path and version',
);

function origin(
  problemOf: (hostname: string) => string | undefined,
  knownFor: (hostname: string) => readonly string[],
  withPath: string,
) {
  return webAddress.pipe(
    z.instanceof(URL).transform((url, context) => {
      const problem =
        problemOf(url.hostname) ??
        misspelt(url.origin, knownFor(url.hostname)) ??
        (url.pathname === '/' ? undefined : withPath);
      if (problem === undefined) return url.origin;
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    }),
  );
}

/** The host of the same name at External ID. */
function externalIdLike(hostname: string): readonly string[] {
  const host = asExternalIdHost(hostname);
  return isExternalIdHost(host) ? [`https://${host}`] : [];
}

/** The secret must not go to a host whose name is a misspelling of Microsoft’s. */
function misspelt(origin: string, known: readonly string[]): string | undefined {
  if (known.includes(origin)) return undefined;
  const nearest = createNearest(known, () => LARGEST_SLIP)(origin);
  return nearest === undefined
    ? undefined
    : `names ${origin}, a slip away from Microsoft’s host (did you mean ${nearest}?)`;
}
