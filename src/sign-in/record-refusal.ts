import type { Request } from 'express';
import type { Person } from '../audit/event.js';
import type { EntranceError } from '../errors.js';
import type { Identity } from '../identity/identity.js';
import { tenantOf } from '../identity/linked-identities.js';
import { originOf } from '../requests/request-id.js';
import type { Dependencies } from '../stores.js';

/** Records a refusal, unless there are too many. The refusal stands whether or not the record succeeds. */
export async function recordRefusal(
  { audit, log }: Pick<Dependencies, 'audit' | 'log'>,
  request: Request,
  { code, facts, account }: EntranceError,
  {
    identity,
    person = identity,
    provider,
    action = 'user-sign-in',
  }: {
    /** The identity at the provider, if the sign-in got so far. */
    readonly identity?: (Pick<Identity, 'key'> & Person) | undefined;
    /** The person by the address that they typed, if there is no identity. */
    readonly person?: Person | undefined;
    readonly provider: string;
    readonly action?: 'user-sign-in' | 'user-link';
  },
): Promise<void> {
  const origin = originOf(request);
  if (!audit.admitsRefusal({ code, ip: origin.ip, isProven: identity !== undefined })) return;
  const happening = {
    action,
    outcome: 'failure',
    reason: code,
    by: { ...origin, user: person },
    target: account,
    provider,
    tenantId: facts.tenantId ?? (identity && tenantOf(identity.key)),
    providerCode: facts.providerCode,
    correlationId: facts.correlationId,
    hostCode: facts.hostCode,
  } as const;
  await audit.record(happening).catch((error: unknown) => {
    log.error({ err: error, ...happening }, 'a refused sign-in could not be recorded');
  });
}
