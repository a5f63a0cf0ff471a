import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items that one turn of the event loop works on, a few milliseconds' worth of the costliest. */
const ITEMS_A_TURN = 10;

/** Does the work for each item, and lets other requests go in between. Stores in memory never make it wait by themselves. */
export async function eachInTurns<T>(items: Iterable<T>, work: (item: T) => unknown): Promise<void> {
  let count = 0;
  for (const item of items) {
    if (count % ITEMS_A_TURN === 0) await nextTurn();
    count += 1;
    await work(item);
  }
}

/** Text in pieces that each go through a parser in a turn of their own. A character may be cut in two. */
export async function* bytesInTurns(text: string, pieceBytes: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    await nextTurn();
    yield bytes.subarray(start, start + pieceBytes);
  }
}
