import type { Logger } from 'pino';
import { diagnose, isAmbiguous } from './diagnose.js';
import { stackOf } from './failure.js';
import { faultOf, type RedisFault } from './fault.js';
import type { FaultPlace } from './fault-texts.js';

interface Outage {
  fault: RedisFault | undefined;
  readonly logged: Set<string>;
  /** The diagnosis for each fault, so that a server is probed only once however often it is tried. */
  readonly diagnoses: Map<string, Promise<RedisFault>>;
}

/** Logs one line when an outage begins, one for each further cause, and one when the outage ends. */
export function reportOutages(log: Logger) {
  let outage: Outage | undefined;

  async function find(
    error: unknown,
    place: FaultPlace | undefined,
    { diagnoses }: Outage,
  ): Promise<RedisFault> {
    const fault = faultOf(error, place);
    if (place === undefined || !isAmbiguous(fault)) return fault;
    const key = `${place.host}:${place.port} ${fault.code}`;
    const diagnosis = diagnoses.get(key) ?? diagnose(error, place);
    diagnoses.set(key, diagnosis);
    return diagnosis;
  }

  function logFault(fault: RedisFault, error: unknown, { logged }: Outage): void {
    const kind = fault.isAway ? 'away' : fault.code;
    if (logged.has(kind)) return;
    logged.add(kind);
    const { code, words: cause, remedy } = fault;
    log.error(
      { code, cause, remedy },
      fault.isAway
        ? 'Redis can’t be reached; trying again until it answers'
        : 'Redis can’t be used as it is; trying again until it can',
    );
    log.debug({ code, stack: stackOf(error) }, 'where the fault of Redis was met');
  }

  return {
    /** The last fault; undefined while Redis answers, and before the first attempt to connect has ended. */
    get fault(): RedisFault | undefined {
      return outage?.fault;
    },
    /** Called for each failed attempt to connect. */
    began(error: unknown, place?: FaultPlace): void {
      outage ??= { fault: undefined, logged: new Set(), diagnoses: new Map() };
      const current = outage;
      void find(error, place, current).then((fault) => {
        if (outage !== current) return;
        // A server that misunderstands TLS hangs up as well, so the earlier fault tells more.
        if (fault.code === 'connection_closed' && current.fault?.isAway === false) return;
        current.fault = fault;
        logFault(fault, error, current);
      });
    },
    ended(): void {
      log.info(outage === undefined ? 'Connected to Redis' : 'Redis answers again');
      outage = undefined;
    },
  };
}
