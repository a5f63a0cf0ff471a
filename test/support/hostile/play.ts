import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HostileProvider, ProviderId } from './provider.js';
import { IN, type Row, rowsFor, type Table } from './row.js';
import { reset, type Stage, setStage, signInOn, withNewEntrance } from './stage.js';

/** One entrance and one provider for all rows that publish nothing otherwise. */
export function sharedStage<P extends HostileProvider>(start: () => Promise<P>): () => Stage<P> {
  let shared: Stage<P> | undefined;
  beforeAll(async () => {
    shared = await setStage(start);
  });
  afterAll(() => shared?.close());
  return () => {
    if (shared === undefined) throw new TypeError('the stage is set before the rows');
    reset(shared.provider);
    return shared;
  };
}

export function playTables<P extends HostileProvider>(
  id: ProviderId,
  start: () => Promise<P>,
  shared: () => Stage<P>,
  tables: readonly (readonly [string, Table<P>])[],
): void {
  const played = tables
    .map(([name, table]) => ({ name, rows: rowsFor(id, table) }))
    .filter(({ rows }) => rows.length > 0);
  describe.each(played)('$name', ({ rows }) => {
    test.each(rows)('%s', async (_, row) => {
      if (row.isAlone) return playAndClose(await setStage(start), row);
      if (row.publishes !== undefined) return playAndClose(await withNewEntrance(shared()), row);
      await play(shared(), row);
    });
  });
}

/** Plays a row on a stage of its own. */
export async function playAndClose<P extends HostileProvider>(stage: Stage<P>, row: Row<P>): Promise<void> {
  try {
    await play(stage, row);
  } finally {
    await stage.close();
  }
}

export async function play<P extends HostileProvider>(
  stage: Stage<P>,
  { also, alter, arrange, leadsTo, logs = '', publishes }: Row<P>,
): Promise<void> {
  const { entrance, provider } = stage;
  const { length } = entrance.logged;
  await publishes?.(provider);
  await arrange?.(provider);
  const browser = entrance.browser();
  const outcome = await signInOn(stage, { browser, alter: (callback) => alter?.(callback, stage) });
  expect(outcome).toEqual({ location: leadsTo, isSignedIn: leadsTo === IN });
  expect(entrance.logged.slice(length).join('')).toContain(logs);
  await also?.(stage, browser);
  expect(provider.strayRequests).toEqual([]);
}
