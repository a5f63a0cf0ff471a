import type { Administrator } from './environment.js';
import { personas } from './personas.js';
import type { SimulatedMicrosoft } from './simulator/simulator.js';

export interface Demo {
  readonly baseUrl: string;
  readonly microsoft: Pick<SimulatedMicrosoft, 'authority' | 'tenantId'>;
  readonly administrator: Administrator;
  readonly token: string;
  /** How many users there are. */
  readonly users: number;
}

/** What the terminal says once the demo runs. */
export function welcome({ baseUrl, microsoft, administrator, token, users }: Demo): string {
  const width = Math.max(...personas.map(({ name }) => name.length));
  const people = personas.map(({ name, story }) => `    ${name.padEnd(width)}  ${story}`).join('\n');
  return `
  The Entrance demo is running, with ${users} users in memory. Ctrl+C ends it, and forgets everything.

  Open     ${baseUrl}/admin/login

  Continue with Microsoft leads to a simulated sign-in: pick a person there, no real account is used.

${people}

  Sign out at Microsoft, as from another application, and the console’s session ends too:

    ${microsoft.authority}/${microsoft.tenantId}/oauth2/v2.0/logout

  Or sign in with the local account, as when Microsoft is out of reach:

    Email     ${administrator.email}
    Password  ${administrator.password}

  Or call the API, with a token that may read:

    curl ${baseUrl}/auth/sso/providers
    curl -H 'Authorization: Bearer ${token}' '${baseUrl}/auth/users?limit=3'
    curl -H 'Authorization: Bearer ${token}' '${baseUrl}/auth/users?q=ingrid'

`;
}
