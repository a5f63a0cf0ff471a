import type { Request, RequestHandler, Response } from 'express';
import * as z from 'zod';
import type { ErrorCode } from '../error-codes.js';
import { providersInWords } from '../error-texts.js';
import { EntranceError } from '../errors.js';
import { addressIn, parseEmail } from '../identity/email.js';
import { parseReturnPath } from '../identity/return-path.js';
import { hiddenCharacter } from '../identity/text.js';
import type { User } from '../identity/user.js';
import type { Place } from '../passwords/hash-queue.js';
import { hashPassword, needsRehash, verifyPassword } from '../passwords/hashing.js';
import { LockedOut } from '../passwords/throttle.js';
import { addressOf, originOf, requestId, storyOf } from '../requests/request-id.js';
import { parseSent } from '../validation.js';
import { beginSession } from './begin-session.js';
import type { SignInDependencies } from './dependencies.js';
import { recordRefusal } from './record-refusal.js';
import type { SignInPage } from './sign-in-page.js';
import { sessionTold } from './story.js';

/** The ID for which a password is checked if there is no such account. */
const NOBODY = '00000000-0000-7000-8000-000000000000';

/** Errors that the sign-in page itself explains. */
const FORM_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'admission_failed',
  'credentials_invalid',
  'credentials_missing',
  'local_sign_in_off',
  'not_admitted',
  'not_ready',
  'too_many_attempts',
]);

const field = z.string().max(4_096).catch('');
const form = z.object({
  email: field.transform(addressIn),
  password: field,
  next: z.unknown().optional(),
});
type Form = z.infer<typeof form>;

/**
 * `POST /admin/login`: signs a local account in by its password. An unknown account, a disabled account and a wrong
 * password get the same answer and take the same time.
 */
export function createLocalSignIn(
  deps: SignInDependencies & { readonly signInPage: SignInPage },
): RequestHandler {
  const { config, directory, pages } = deps;

  return async (request, response) => {
    const submitted = parseSent(form, request.body ?? {}, 'form');
    const next = parseReturnPath(submitted.next, config.server.baseUrl.path);
    // Only a valid address is recorded, because people type their password into the wrong field.
    const person = { email: parseEmail(submitted.email) };
    try {
      await signIn(request, response, submitted);
    } catch (error) {
      if (!(error instanceof EntranceError) || !isFormError(error)) throw error;
      deps.countSignIn?.('local', error.code);
      if (await isNews(error)) await recordRefusal(deps, request, error, { person, provider: 'local' });
      deps.log.warn(
        { requestId: requestId(request), code: error.code, address: addressOf(request) },
        'a local sign-in was refused',
      );
      return deps.signInPage.answer(request, response, {
        error,
        email: submitted.email,
        next,
        fieldErrors: fieldErrors(submitted),
      });
    }
    response.redirect(303, next ?? pages.at('/admin'));
  };

  async function signIn(request: Request, response: Response, { email, password }: Form): Promise<void> {
    if (!config.localAccounts.enabled) {
      const provider = providersInWords(config.sso.providers.map(({ name }) => name));
      throw new EntranceError('local_sign_in_off', { provider });
    }
    if (email === '' || password === '') throw new EntranceError('credentials_missing');
    // Until the account exists, its correct password would count as a failure.
    if (!deps.isPrepared()) throw new EntranceError('not_ready');
    const tell = storyOf(deps.log, request);
    tell('a local sign-in began');
    const attempt = await deps.throttle.admit({ account: email, address: addressOf(request) ?? '' });
    const user = await verify(email, password, attempt).catch(async (error: unknown) => {
      await attempt.withdrawn();
      throw error;
    });
    if (user === undefined) throw new EntranceError('credentials_invalid');
    await attempt.succeeded();
    const { ip } = originOf(request);
    await deps.hooks.admit({ purpose: 'sign-in', provider: 'local', user, ip });
    tell('the password was right', () => ({ userId: user.id }));
    await beginSession(deps, request, response, { user: await recordSignIn(user), before: user });
    tell('the session began', () => sessionTold(user));
    deps.countSignIn?.('local', 'success');
  }

  /** A lockout is recorded once, however many attempts meet it; before the start is complete, nothing is. */
  async function isNews(error: EntranceError): Promise<boolean> {
    if (error.code === 'not_ready') return false;
    if (!(error instanceof LockedOut)) return true;
    return deps.marks.claim(`lockout:${error.lock}`, (error.retryAfter ?? 1) * 1_000);
  }

  /** Does the same work, with the same requests to the store, whether or not the account exists. */
  async function verify(email: string, password: string, place: Place): Promise<User | undefined> {
    const user = await directory.findByEmail(email);
    const maySignIn = user?.provider === 'local' && user.status === 'active';
    const stored = await directory.findPasswordHash(user?.id ?? NOBODY);
    const hash = maySignIn ? stored : undefined;
    const matches = await verifyPassword(hash, password, place);
    if (!matches || !maySignIn || hash === undefined) return undefined;
    if (await needsRehash(hash))
      await directory.setPasswordHash(user.id, await hashPassword(password, place));
    return user;
  }

  /** If somebody else changes the user at the same moment, the person is let in all the same. */
  async function recordSignIn(user: User): Promise<User> {
    const outcome = await directory.update(user, { lastLoginAt: new Date(deps.clock.now()).toISOString() });
    return 'user' in outcome ? outcome.user : ((await directory.find(user.id)) ?? user);
  }
}

function fieldErrors({ email, password }: Form) {
  const hidden = hiddenCharacter(email);
  const unreadable = hidden === undefined ? undefined : `This holds ${hidden}: type it anew`;
  return {
    email: email === '' ? 'Enter your email address' : unreadable,
    password: password === '' ? 'Enter your password' : undefined,
  };
}

function isFormError({ code }: EntranceError): boolean {
  return FORM_ERRORS.has(code);
}
