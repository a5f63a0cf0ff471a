import express, { type Express } from 'express';
import express4 from 'express4';

/** Both versions of Express that a host app may have, under the types of the later one: tests call what both have. */
export const expressVersions: ReadonlyArray<readonly [version: string, create: () => Express]> = [
  ['Express 4', () => express4() as unknown as Express],
  ['Express 5', () => express()],
];
