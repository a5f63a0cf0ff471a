import type { Grant } from './user.js';

/** The grants that still hold at `now`, in milliseconds since the epoch; the same list if all of them do. */
export function grantsAt(grants: readonly Grant[], now: number): readonly Grant[] {
  return grants.some((grant) => hasEnded(grant, now))
    ? grants.filter((grant) => !hasEnded(grant, now))
    : grants;
}

export function hasEnded(grant: Grant, now: number): boolean {
  return endOf(grant) <= now;
}

/** The time at which somebody loses the first of these. One that another grant gives for good isn't lost. */
export function firstLoss(grants: readonly Grant[]): number | undefined {
  if (grants.every((grant) => endOf(grant) === NEVER)) return undefined;
  const names = [...new Set(grants.map(({ name }) => name))];
  const ends = names.map((name) =>
    Math.max(...grants.filter((grant) => grant.name === name).map((grant) => endOf(grant))),
  );
  const first = Math.min(...ends);
  return first === NEVER ? undefined : first;
}

/** The end of the first of these grants that ends, whether or not another grant gives the same; undefined for none. */
export function firstEnd(grants: readonly Grant[]): number | undefined {
  const first = Math.min(...grants.map((grant) => endOf(grant)), NEVER);
  return first === NEVER ? undefined : first;
}

export function lasting(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter((grant) => endOf(grant) === NEVER);
}

const NEVER = Number.POSITIVE_INFINITY;

function endOf(grant: Grant): number {
  return grant.origin === 'manual' && grant.until !== undefined ? Date.parse(grant.until) : NEVER;
}
