import type { Entrance } from '../index.js';
import type { Opened } from '../open-entrance.js';

/*
 * A file of its own, since an app reads the types of entrance.ts, and ours inside would need the types of our libraries.
 */

type Parts = Opened['deps'];

/** The test entrances that are open. */
export const openEntrances = new Map<Entrance, Parts>();

/**
 * The parts of the test entrance in which a person signs in: of `named`, or of the only one that is open.
 * @throws TypeError if that is no open test entrance
 */
export function partsOf(named: Entrance | undefined): Parts {
  const parts =
    named === undefined
      ? [...openEntrances.values()]
      : [openEntrances.get(named)].filter((one) => one !== undefined);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  throw new TypeError(
    parts.length > 1
      ? 'several test entrances are open: name the one to sign in to, as signInAs(agent, { entrance, … })'
      : 'signInAs needs an open entrance that createTestEntrance of express-entrance/testing made; it can’t sign in to another one',
  );
}
