import { randomUUID } from 'node:crypto';

/** Somebody's session at Microsoft, as one browser has it. */
export interface SignIn {
  /** `sid`; the OpenID provider knows the person by it too. */
  readonly sid: string;
  /** The persona's `id`. */
  readonly persona: string;
  /** The authentication contexts that were asked for, all of which are granted. */
  readonly authContexts: readonly string[];
}

const COOKIE = 'MicrosoftSessions';

/** Who signed in, and in which browser: a cookie of Microsoft's own names the sessions there. */
export class SignIns {
  readonly #all = new Map<string, SignIn>();
  readonly #path: string;

  constructor(tenantId: string) {
    this.#path = `/${tenantId}`;
  }

  begin(persona: string, authContexts: readonly string[]): SignIn {
    const signIn = { sid: randomUUID(), persona, authContexts };
    this.#all.set(signIn.sid, signIn);
    return signIn;
  }

  find(sid: string): SignIn | undefined {
    return this.#all.get(sid);
  }

  /** Those that a browser's cookies name. */
  inBrowser(cookies: string | undefined): readonly string[] {
    const [, sids = ''] = new RegExp(`(?:^|; *)${COOKIE}=([^;]*)`).exec(cookies ?? '') ?? [];
    return sids.split('.').filter((sid) => this.#all.has(sid));
  }

  /** A `Set-Cookie` that leaves a browser with these. */
  cookie(sids: readonly string[]): string {
    return `${COOKIE}=${sids.join('.')}; Path=${this.#path}; HttpOnly; SameSite=Lax${sids.length === 0 ? '; Max-Age=0' : ''}`;
  }
}
