import { randomUUID } from 'node:crypto';
import type { Agent as TestAgent } from 'supertest';
import type { User } from '#entrance/directory/directory.js';
import type { Persona } from '../../demo/personas.js';
import type { TestEntrance } from './entrance.js';

/** Somebody at Microsoft whose address may change from one sign-in to the next. */
export interface PersonAtMicrosoft {
  readonly oid: string;
  /** From now on Microsoft says this of them. */
  becomes(changes: Partial<Persona>): void;
  /** Signs in with a new browser: gives it, and where the callback led. */
  signIn(address?: string): Promise<{ readonly browser: TestAgent; readonly location: string }>;
  /** Their account here. */
  account(): Promise<User | undefined>;
}

export function personAtMicrosoft(
  entrance: TestEntrance,
  name: string,
  changes: Partial<Persona> = {},
): PersonAtMicrosoft {
  const oid = randomUUID();
  let persona: Persona = { id: oid, name, story: '', oid, username: `${oid}@contoso.com`, ...changes };
  const becomes = (more: Partial<Persona>) => {
    persona = { ...persona, ...more };
    entrance.microsoft.addPersona(persona);
  };
  becomes({});
  return {
    oid,
    becomes,
    async signIn(address) {
      if (address !== undefined) becomes({ username: address, email: address });
      const browser = entrance.browser();
      const landed = await browser.get(await entrance.callbackFor(browser, oid)).expect(303);
      return { browser, location: String(landed.headers.location) };
    },
    account: () =>
      entrance.deps.directory.findByIdentity({
        provider: 'entra',
        providerScope: persona.tenantId ?? entrance.microsoft.tenantId,
        providerId: oid,
      }),
  };
}

/** The address that the proxy forwards to an app; `signed out` if the person would have to sign in again. */
export async function forwardedAddress(browser: TestAgent): Promise<string | undefined | 'signed out'> {
  const answer = await browser.get('/auth/verify');
  return answer.status === 204 ? answer.headers['x-auth-request-email'] : 'signed out';
}
