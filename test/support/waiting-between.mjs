import { sep } from 'node:path';
import TestSequencer from '@jest/test-sequencer';

/** The suites of these folders take long, but mostly wait for programs that they start. */
const WAITING = ['browser', 'redis'].map((folder) => `${sep}test${sep}${folder}${sep}`);
/** So many other suites take about as long as one of them, on the two workers beside it. */
const OTHERS_BETWEEN = 8;

/** Has about one suite wait at a time, so that the processors have work all the while. Otherwise the order is Jest’s. */
export default class extends TestSequencer {
  sort(tests) {
    const isWaiting = ({ path }) => WAITING.some((folder) => path.includes(folder));
    const sorted = super.sort(tests);
    const others = sorted.filter((test) => !isWaiting(test));
    const mixed = sorted.filter(isWaiting).flatMap((test) => [test, ...others.splice(0, OTHERS_BETWEEN)]);
    return [...mixed, ...others];
  }
}
