import { setImmediate as nextTurn } from 'node:timers/promises';

/** The items that one turn of the event loop works on, which takes a few milliseconds for the most expensive ones. */
const ITEMS_A_TURN = 10;

/** Lets other requests run in between, since stores in memory never wait by themselves. */
export async function eachInTurns<T>(items: Iterable<T>, work: (item: T) => unknown): Promise<void> {
  let count = 0;
  for (const item of items) {
    if (count % ITEMS_A_TURN === 0) await nextTurn();
    count += 1;
    await work(item);
  }
}

/** A parser works on each piece in its own turn of the event loop. A piece may end within a character. */
export async function* bytesInTurns(text: string, pieceBytes: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    await nextTurn();
    yield bytes.subarray(start, start + pieceBytes);
  }
}
