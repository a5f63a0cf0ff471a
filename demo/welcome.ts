import type { Administrator } from './environment.js';
import { personas } from './personas.js';
import { githubPersonas } from './simulator/github-personas.js';
import { googlePersonas } from './simulator/google-personas.js';
import type { SimulatedMicrosoft } from './simulator/simulator.js';

export interface Demo {
  readonly baseUrl: string;
  readonly microsoft: Pick<SimulatedMicrosoft, 'authority' | 'tenantId'>;
  readonly administrator: Administrator;
  readonly token: string;
  /** How many users there are. */
  readonly users: number;
}

interface Person {
  readonly name: string | null;
  readonly story: string;
}

const PEOPLE: Readonly<Record<string, readonly Person[]>> = {
  Microsoft: personas,
  Google: googlePersonas,
  GitHub: githubPersonas,
};

/** What the terminal says once the demo runs. */
export function welcome({ baseUrl, microsoft, administrator, token, users }: Demo): string {
  return `
  The Entrance demo is running, with ${users} users in memory. Ctrl+C ends it, and forgets everything.

  Open     ${baseUrl}/admin/login

  Continue with Microsoft, Google or GitHub: each button leads to a simulated sign-in. Pick a person there, no real
  account is used.

${peopleOfAll()}

  Sign out at Microsoft, as from another application, and the console’s session ends too:

    ${microsoft.authority}/${microsoft.tenantId}/oauth2/v2.0/logout

  Or sign in with the local account, as if no provider could be reached:

    Email     ${administrator.email}
    Password  ${administrator.password}

  Or call the API, with a token that may read:

    curl ${baseUrl}/auth/sso/providers
    curl -H 'Authorization: Bearer ${token}' '${baseUrl}/auth/users?limit=3'
    curl -H 'Authorization: Bearer ${token}' '${baseUrl}/auth/users?q=ingrid'

`;
}

function peopleOfAll(): string {
  const names = Object.values(PEOPLE).flatMap((people) => people.map(({ name }) => name ?? ''));
  const width = Math.max(...names.map((name) => name.length));
  return Object.entries(PEOPLE)
    .map(([vendor, people]) => {
      const lines = people.map(({ name, story }) => `    ${(name ?? '').padEnd(width)}  ${story}`);
      return [`  ${vendor}`, ...lines].join('\n');
    })
    .join('\n\n');
}
