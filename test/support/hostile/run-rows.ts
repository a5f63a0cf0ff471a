import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HostileProvider, ProviderId } from './provider.js';
import { type Row, rowsFor, SIGNED_IN, type Table } from './row.js';
import { reset, type Setup, signInOn, startSetup, withNewEntrance } from './setup.js';

/** One entrance and one provider for all rows that publish nothing otherwise. */
export function sharedSetup<P extends HostileProvider>(start: () => Promise<P>): () => Setup<P> {
  let shared: Setup<P> | undefined;
  beforeAll(async () => {
    shared = await startSetup(start);
  });
  afterAll(() => shared?.close());
  return () => {
    if (shared === undefined) throw new TypeError('a row runs before its provider has started');
    reset(shared.provider);
    return shared;
  };
}

export function runTables<P extends HostileProvider>(
  id: ProviderId,
  start: () => Promise<P>,
  shared: () => Setup<P>,
  tables: readonly (readonly [string, Table<P>])[],
): void {
  const filled = tables
    .map(([name, table]) => ({ name, rows: rowsFor(id, table) }))
    .filter(({ rows }) => rows.length > 0);
  describe.each(filled)('$name', ({ rows }) => {
    test.each(rows)('%s', async (_, row) => {
      const { isAlone, publishes } = row;
      if (isAlone) return runRowAndClose(await startSetup(start, publishes), row);
      if (publishes !== undefined) return runRowAndClose(await withNewEntrance(shared(), publishes), row);
      await runRow(shared(), row);
    });
  });
}

/** Runs a row on a setup of its own. */
export async function runRowAndClose<P extends HostileProvider>(setup: Setup<P>, row: Row<P>): Promise<void> {
  try {
    await runRow(setup, row);
  } finally {
    await setup.close();
  }
}

export async function runRow<P extends HostileProvider>(
  setup: Setup<P>,
  { also, alter, arrange, leadsTo, logs = '' }: Row<P>,
): Promise<void> {
  const { entrance, provider } = setup;
  const { length } = entrance.logged;
  await arrange?.(provider);
  const browser = entrance.browser();
  const outcome = await signInOn(setup, { browser, alter: (callback) => alter?.(callback, setup) });
  expect(outcome).toEqual({ location: leadsTo, isSignedIn: leadsTo === SIGNED_IN });
  expect(entrance.logged.slice(length).join('')).toContain(logs);
  await also?.(setup, browser);
  expect(provider.strayRequests).toEqual([]);
}
