import { jest } from '@jest/globals';
import createRouter from 'router';

/** A route as Express has it: `/auth/users/:id`. */
export interface Route {
  /** `_all` for every method. */
  readonly method: string;
  readonly path: string;
}

/** What starting makes, and every route that is made meanwhile. */
export async function collectRoutes<T>(start: () => Promise<T>): Promise<readonly [T, readonly Route[]]> {
  const made = jest.spyOn(createRouter.prototype, 'route');
  try {
    const started = await start();
    const routes = made.mock.results.flatMap(({ value }) => {
      const { path, methods } = value as { path: string | string[]; methods: object }; // Express’s Route
      return [path].flat().flatMap((one) => Object.keys(methods).map((method) => ({ method, path: one })));
    });
    return [started, routes];
  } finally {
    made.mockRestore();
  }
}
