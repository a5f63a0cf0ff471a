import type { Logger } from 'pino';
import * as z from 'zod';
import { EntranceError } from '../errors.js';
import type { AdmitRefusal, Extensions, Hook, SignedIn, SignedOut, SignInAttempt } from '../extensions.js';
import { namedIn } from '../identity/claimed.js';
import type { Identity } from '../identity/identity.js';
import { roleNames } from '../identity/roles.js';
import { displayText } from '../identity/text.js';
import { confirmedEmail, type User } from '../identity/user.js';
import { inTime } from '../in-time.js';

/** The longest wait for a function of the host app, since a person waits meanwhile. */
const HOOK_DEADLINE_MS = 5_000;
/** The most characters of a host's text for a person, which travels in a cookie. */
const LONGEST_TEXT = 300;

/** The hooks of the host app, as our own code calls them. */
export interface Hooks {
  /** @throws EntranceError `not_admitted`, or `admission_failed` if there is no valid answer in time */
  admit(attempt: Attempt): Promise<void>;
  /** Resolves when the host app is done, after 5 seconds at the latest. Never rejects. */
  signedIn(event: Omit<SignedIn, 'user'> & { readonly user: User }): Promise<void>;
  /** Doesn't wait for the host app. */
  userCreated(user: User): void;
  /** Doesn't wait for the host app. */
  signedOut(event: SignedOut): void;
}

export interface Attempt extends Pick<SignInAttempt, 'purpose' | 'provider' | 'ip'> {
  readonly identity?: Identity | undefined;
  readonly user: User | undefined;
}

export function createHooks(
  { admit, onSignIn, onSignOut, onUserCreated }: Extensions,
  log: Logger,
  deadlineMs = HOOK_DEADLINE_MS,
): Hooks {
  return {
    async admit(attempt) {
      if (admit === undefined) return;
      const answer = await inTime((signal) => admit(attemptFor(attempt, signal)), deadlineMs).catch(failed);
      const parsed = admitAnswer.safeParse(answer);
      if (!parsed.success) return failed(new TypeError(INVALID_ANSWER));
      if (parsed.data !== true) throw refusalOf(parsed.data);
    },
    signedIn: ({ user, ...event }) => tell('onSignIn', onSignIn, { ...event, user: hookUser(user) }),
    userCreated(user) {
      void tell('onUserCreated', onUserCreated, { user: hookUser(user), provider: user.provider });
    },
    signedOut(event) {
      void tell('onSignOut', onSignOut, event);
    },
  };

  /** Closed by default: without a valid answer nobody is admitted. */
  function failed(error: unknown): never {
    log.error({ err: error, hook: 'admit' }, 'a hook of the host app failed');
    throw new EntranceError('admission_failed', {
      remedy: 'The function admit of the host app failed. Correct it: nobody for whom it fails can sign in.',
    });
  }

  async function tell<Event extends { readonly user: { readonly id: string } }>(
    hook: string,
    run: Hook<Event> | undefined,
    event: Event,
  ): Promise<void> {
    if (run === undefined) return;
    await inTime(() => run(event), deadlineMs).catch((error: unknown) => {
      log.error({ err: error, hook, userId: event.user.id }, 'a hook of the host app failed');
    });
  }
}

const INVALID_ANSWER =
  'admit has to give true, false, or { text, code }: text of up to 300 characters, code of up to 64 letters, digits, “.”, “_” and “-”';

const admitAnswer = z.union([
  z.boolean(),
  z.strictObject({
    text: z.string().max(LONGEST_TEXT).optional(),
    code: z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .optional(),
  }),
]);

function refusalOf(answer: false | AdmitRefusal): EntranceError {
  const { code, text } = answer === false ? {} : answer;
  const detail = text === undefined ? undefined : displayText(text, LONGEST_TEXT);
  return new EntranceError('not_admitted', {
    ...(detail === undefined ? {} : { detail }),
    facts: {
      ...(detail === undefined ? {} : { hostText: detail }),
      ...(code === undefined ? {} : { hostCode: code }),
    },
  });
}

/** A copy, so that a host app can't change what we decided on. */
function attemptFor({ identity, user, ...attempt }: Attempt, signal: AbortSignal): SignInAttempt {
  return {
    ...attempt,
    identity: identity && {
      key: { ...identity.key },
      email: identity.email,
      emailVerified: identity.emailVerified,
      fullName: identity.fullName,
      groups: [...namedIn(identity.groups)],
      appRoles: [...namedIn(identity.appRoles)],
    },
    user: user && hookUser(user),
    signal,
  };
}

function hookUser(user: User) {
  const { id, fullName, roles, status } = user;
  return { id, email: confirmedEmail(user), fullName, roles: roleNames(roles), status };
}
