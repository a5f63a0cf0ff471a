import { FOLDER, LIBRARIES } from './test/bundled-libraries.mjs';

const bundled = LIBRARIES.map((library) => [
  `^${library.replaceAll('.', '\\.')}$`,
  `<rootDir>/${FOLDER}/${library.replace(/\.js$/, '')}.mjs`,
]);

export default {
  globalSetup: '<rootDir>/test/bundled-libraries.mjs',
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  moduleNameMapper: {
    ...Object.fromEntries(bundled),
    '^#entrance/(.*)\\.js$': '<rootDir>/src/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  testSequencer: '<rootDir>/test/support/waiting-between.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/loopback-only.ts'],
  // Ends what hangs. It is no measure of speed: a busy machine, or the first run on a new one, takes several times as long.
  testTimeout: 300_000,
  // Suites wait for programs that they start, so three of them keep two processors busy.
  maxWorkers: 3,
  // A worker keeps what the suites before it left behind. With this limit of its heap, its memory stays under 1 GB.
  workerIdleMemoryLimit: '500MB',
};
