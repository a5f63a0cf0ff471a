import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Before Node.js 24, every new promise copies what each AsyncLocalStorage of the process holds, from that one's first `run` until it
 * is disabled. Jest and oidc-provider make theirs anew for each suite and disable none, so that a suite at the end of a long run
 * took three times as long as at its begin.
 */
const inUse = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  inUse.add(this);
  return run.apply(this, args);
};

/** Jest's own for Node.js, which leaves no AsyncLocalStorage to the suites after it. */
export default class extends TestEnvironment {
  async teardown() {
    for (const storage of inUse) storage.disable();
    inUse.clear();
    await super.teardown();
  }
}
