import type { Happening } from '../../audit/event.js';
import type { RedisRecorder } from '../../audit/redis.js';
import { compactId } from '../../identity/compact-id.js';
import { fold } from '../../identity/fold.js';
import { identitiesOf } from '../../identity/linked-identities.js';
import { confirmedEmail, type ProviderId } from '../../identity/user.js';
import type { RedisClient } from '../../redis/connection.js';
import { runScript } from '../../redis/script.js';
import type { Conflict, User, WriteEvents } from '../directory.js';
import type { Replacement } from '../other-account.js';
import { stopsAdministering } from '../user-keys.js';
import { writeRecord } from '../user-record.js';
import { type DirectoryKeys, emailRange, identityField, indexSteps, type Step } from './keys.js';
import { WRITE_USER } from './scripts.js';

export interface Other extends Replacement {
  /** The record as it was read. */
  readonly expected: string;
}

export interface Write extends WriteEvents {
  readonly id: string;
  readonly before: User | undefined;
  /** The record of `before` as it was read. If the stored record is another one by now, nothing is written. */
  readonly expected: string;
  /** Undefined to delete the user. */
  readonly after: User | undefined;
  readonly keepAnAdmin?: boolean;
  readonly ifLastAdmin?: readonly Happening[];
  readonly more: readonly Step[];
  readonly other?: Other | undefined;
}

/** The keys of administrators, by the ways in that are open to them, and the argument by which scripts know the ways. */
export function administratorsOf(keys: DirectoryKeys, waysIn: readonly ProviderId[]) {
  return {
    adminKeys: [keys.passwords, ...waysIn.map((way) => keys.administrators(way))],
    /** A script has the keys of the administrators from the number `first` on. */
    waysFrom: (first: number) => JSON.stringify(waysIn.map((way, index) => [first + index, way === 'local'])),
  };
}

/** Makes a function that writes a user, the indexes and the audit events in one step, through `acknowledged`. */
export function createUserWrite(
  acknowledged: RedisClient,
  keys: DirectoryKeys,
  audit: RedisRecorder,
  waysIn: readonly ProviderId[],
) {
  const { adminKeys, waysFrom } = administratorsOf(keys, waysIn);
  return write;

  async function write({
    id: fullUserId,
    before,
    expected,
    after,
    keepAnAdmin = false,
    ifLastAdmin = [],
    more,
    other,
    events = [],
  }: Write): Promise<Written> {
    const id = compactId(fullUserId);
    const steps: Step[] = [
      ...(other === undefined ? [] : otherSteps(other)),
      ...recordSteps(fullUserId, before, after),
      ...more,
    ];
    const fixed = [keys.users, keys.emails, keys.identities, ...adminKeys, audit.key];
    const scriptKeys = [...new Set([...fixed, ...steps.map(([, key]) => key)])];
    const stops = before !== undefined && stopsAdministering(before, after, waysIn);
    const usual = recording(events);
    const takingLast = stops && !keepAnAdmin ? recording([...events, ...ifLastAdmin]) : undefined;
    const written = parseWritten(
      await runScript(acknowledged, WRITE_USER, scriptKeys, [
        id,
        expected,
        ...emailToClaim(before, after),
        JSON.stringify(identitiesToClaim(before, after)),
        stops ? waysFrom(fixed.indexOf(keys.passwords) + 2) : '',
        usual.steps,
        takingLast?.steps ?? '',
        other === undefined ? '' : compactId(other.before.id),
        other?.expected ?? '',
      ]),
    );
    if (!isConflict(written)) (written === 'took_last_admin' ? takingLast : usual)?.done();
    return written;

    /** The steps as JSON, with a first step that stores the events. */
    function recording(happenings: readonly Happening[]) {
      const { texts, done } = audit.prepare(happenings);
      const recordEvents: Step[] = texts.length === 0 ? [] : [['RPUSH', audit.key, ...texts]];
      const numbered = [...recordEvents, ...steps].map(([command, key, ...args]) => [
        command,
        scriptKeys.indexOf(key) + 1,
        ...args,
      ]);
      return { steps: JSON.stringify(numbered), done };
    }
  }

  function recordSteps(userId: string, before: User | undefined, after: User | undefined): Step[] {
    const id = compactId(userId);
    return [
      after === undefined ? ['HDEL', keys.users, id] : ['HSET', keys.users, id, writeRecord(after)],
      ...indexSteps(keys, before, after),
    ];
  }

  function otherSteps({ before, after }: Replacement): Step[] {
    const forget: Step[] = after === undefined ? [['HDEL', keys.claims, compactId(before.id)]] : [];
    return [...recordSteps(before.id, before, after), ...forget];
  }
}

function emailToClaim(
  before: User | undefined,
  after: User | undefined,
): readonly [from: string, to: string] {
  const wanted = after && confirmedEmail(after);
  const held = before && confirmedEmail(before);
  if (wanted === undefined || (held !== undefined && fold(held) === fold(wanted))) return ['', ''];
  return emailRange(wanted);
}

function identitiesToClaim(before: User | undefined, after: User | undefined): readonly string[] {
  const fieldsOf = (user: User | undefined) => (user ? identitiesOf(user).map(identityField) : []);
  const held = fieldsOf(before);
  return fieldsOf(after).filter((field) => !held.includes(field));
}

const CONFLICTS: readonly Conflict[] = ['email_taken', 'identity_taken', 'stale', 'last_admin'];

export type Written = Conflict | 'written' | 'took_last_admin';

function parseWritten(reply: unknown): Written {
  const written = [...CONFLICTS, 'written' as const, 'took_last_admin' as const].find(
    (known) => known === reply,
  );
  if (written === undefined)
    throw new TypeError('a script of the directory gave an unknown reply', { cause: reply });
  return written;
}

export function isConflict(written: Written): written is Conflict {
  return written !== 'written' && written !== 'took_last_admin';
}
