import { sep } from 'node:path';
import TestSequencer from '@jest/test-sequencer';

/** Those that wait for other programs come first, so that at the end no processor waits with one of them. The others follow as Jest has them. */
const WAITING = ['browser', 'redis'].map((folder) => `${sep}test${sep}${folder}${sep}`);

export default class extends TestSequencer {
  sort(tests) {
    const isWaiting = ({ path }) => WAITING.some((folder) => path.includes(folder));
    const sorted = super.sort(tests);
    return [...sorted.filter(isWaiting), ...sorted.filter((test) => !isWaiting(test))];
  }
}
