/*
 * For the tests of a host app: express-entrance/testing. Nothing here works in production.
 */
export { createTestClock, type TestClock } from './testing/clock.js';
export type { ContractCase } from './testing/contracts/contract-case.js';
export { directoryContract } from './testing/contracts/directory.js';
export { providerContract } from './testing/contracts/provider.js';
export { createTestEntrance, type TestEntrance, type TestEntranceOptions } from './testing/entrance.js';
export { type CookieAgent, signInAs, type TestPerson, type TestSession } from './testing/sign-in-as.js';
export {
  type SimulatedPerson,
  type SimulatedProvider,
  startSimulatedProvider,
} from './testing/simulated-provider.js';
export type { ProviderStandIn, StandInPerson } from './testing/stand-in.js';
