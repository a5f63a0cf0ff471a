import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Config } from '../config/config.js';
import { type NameOfProvider, namesOfProviders } from '../config/provider-name.js';
import type { SignInErrorCode } from '../error-codes.js';
import { providersInWords } from '../error-texts.js';
import { EntranceError, type ErrorFacts } from '../errors.js';
import { REQUEST_LIFETIME_MS } from '../identity/approval.js';
import { refusalRule } from '../identity/refusal-rules.js';
import type { RefusalPanel } from '../pages/models/sign-in.js';
import { consoleName, type Pages } from '../pages/pages.js';
import { createSealedCookie } from '../pages/sealed-cookie.js';
import type { Severity } from '../providers/failure-text.js';
import type { Provider } from '../providers/provider.js';
import { readReport } from '../providers/reported-error.js';
import { requestId } from '../requests/request-id.js';
import { type Going, goingQuery } from './going.js';

/** The codes of `/admin/login?error=`, and whether another account might help. */
const signInErrorCodes: Readonly<Record<SignInErrorCode, 'switch account' | 'try again' | 'ask'>> = {
  tenant_not_allowed: 'switch account',
  email_missing: 'switch account',
  email_unverified: 'switch account',
  domain_not_trusted: 'switch account',
  account_conflict: 'switch account',
  not_provisioned: 'switch account',
  pending_approval: 'switch account',
  rejected: 'switch account',
  account_disabled: 'switch account',
  not_admitted: 'switch account',
  admission_failed: 'try again',
  auth_context_missing: 'try again',
  transaction_invalid: 'try again',
  transaction_expired: 'try again',
  sso_cancelled: 'try again',
  sso_unavailable: 'try again',
  sso_misconfigured: 'ask',
  sso_failed: 'try again',
  local_sign_in_off: 'ask',
  session_ended: 'ask',
  credentials_invalid: 'ask',
  credentials_missing: 'ask',
  too_many_attempts: 'ask',
};

export function parseSignInErrorCode(text: unknown): SignInErrorCode | undefined {
  return typeof text === 'string' && Object.hasOwn(signInErrorCodes, text)
    ? (text as SignInErrorCode)
    : undefined; // an own key of the record
}

const refusal = z.object({
  code: z.string().transform(parseSignInErrorCode),
  reference: z.string(),
  provider: z.string().optional(),
  facts: z.object({
    error: z.string().optional(),
    providerCode: z.string().optional(),
    correlationId: z.string().optional(),
    traceId: z.string().optional(),
    timestamp: z.string().optional(),
    tenantId: z.string().optional(),
    signsInWith: z.array(z.string()).readonly().optional(),
    askedAt: z.string().optional(),
    decidedAt: z.string().optional(),
    reason: z.string().optional(),
    hostText: z.string().optional(),
    hostCode: z.string().optional(),
  }),
});

/** The person and the directory (tenant) of a refusal, if they are known. */
export interface RefusedSignIn {
  readonly provider: Provider;
  readonly tenant: string | undefined;
  readonly domain: string | undefined;
  readonly links?: boolean;
}

export type Refusals = ReturnType<typeof createRefusals>;

export function createRefusals(
  config: Config,
  providers: readonly Provider[],
  log: Logger,
  { at, textOf }: Pick<Pages, 'at' | 'textOf'>,
) {
  const cookie = createSealedCookie('refusal', refusal, {
    secret: config.session.secret,
    baseUrl: config.server.baseUrl,
  });

  /** Stands for a provider that isn’t known. */
  const anyName = providersInWords(providers.map((one) => one.config.name));

  return {
    /** Logs the rule, or the provider's error, and the operator's remedy. */
    log(request: Request, error: EntranceError, of: RefusedSignIn): void {
      const { links = false, provider, ...refused } = of;
      const { account, cause, code, facts } = error;
      const tenant = facts.tenantId ?? refused.tenant;
      const domains = provider.config.settings.trustedDomains;
      const ruled = refusalRule(code, { ...refused, tenant, domains, remedies: provider.refusalRemedies });
      const severity = isSignInError(error) ? textFor(error.code, facts, provider).severity : 'warning';
      const particulars = {
        requestId: requestId(request),
        provider: provider.id,
        ...refused,
        tenant,
        code,
        rule: ruled?.rule,
        facts,
        cause,
        holder: account?.id,
        remedy: error.remedy ?? ruled?.remedy,
      };
      log[LOG_LEVELS[severity]](particulars, links ? 'an account wasn’t linked' : 'a sign-in was refused');
    },

    /** Redirects to the sign-in page, which explains the refusal. The particulars travel in a sealed cookie. */
    redirect(
      request: Request,
      response: Response,
      error: EntranceError & { code: SignInErrorCode },
      { authContext, next, provider }: Going & { readonly provider: Provider },
    ): void {
      const reference = requestId(request);
      cookie.set(response, {
        code: error.code,
        reference,
        provider: provider.id,
        facts: { ...error.facts },
      });
      const isEveryday = authContext === provider.config.requiredAuthContext;
      const query = goingQuery({ next, authContext: isEveryday ? undefined : authContext });
      query.set('error', error.code);
      query.sort();
      response.redirect(303, `${at('/admin/login')}?${query}`);
    },

    /** Whether `redirect` has just sent this browser here. */
    isFresh(request: Request): boolean {
      const code = parseSignInErrorCode(request.query.error);
      return code !== undefined && cookie.read(request)?.code === code;
    },

    /** The panel for `?error=`; undefined for an unknown code. The panel never shows text from the query string. */
    panel(request: Request, response: Response, retryHref: string | undefined): RefusalPanel | undefined {
      const code = parseSignInErrorCode(request.query.error);
      if (code === undefined) return undefined;
      const sent = cookie.take(request, response);
      const particulars = sent?.code === code ? sent : undefined;
      const facts: ErrorFacts = stripUndefined(particulars?.facts ?? {});
      const provider = providers.find(({ id }) => id === particulars?.provider);
      return panelOf(code, facts, provider, particulars?.reference ?? requestId(request), retryHref);
    },

    /**
     * The panel for an error that the provider sends to the sign-in page itself, as it does after an administrator
     * declines the consent. Undefined if the error is unknown.
     */
    providerPanel(
      request: Request,
      provider: Provider,
      retryHref: string | undefined,
    ): RefusalPanel | undefined {
      const reported = readReport(request.query);
      if (reported === undefined) return undefined;
      const { code, facts, remedy } = provider.explain(reported);
      if (facts.error === undefined && facts.providerCode === undefined) return undefined;
      const reference = requestId(request);
      log.info(
        { requestId: reference, code, facts, remedy },
        'the provider sent an error to the sign-in page',
      );
      // Anybody can write such a link, so the facts choose one of our texts and go to the log only.
      return { ...panelOf(code, facts, provider, reference, retryHref), facts: [] };
    },
  };

  /** The provider's own text for its error or, if there is none, the text of our code. */
  function textFor(code: SignInErrorCode, facts: ErrorFacts, provider: Provider | undefined): RefusalText {
    const known = provider?.failureText(facts);
    if (known?.code === code) return { ...known, detail: known.visitor };
    const isShut = code === 'sso_unavailable' || code === 'sso_misconfigured';
    const text = textOf(new EntranceError(code), provider?.config.name ?? anyName, provider?.texts?.[code]);
    const detail = facts.hostText ?? text.detail;
    return { ...text, detail, severity: severityOf(code), opensLocalForm: isShut };
  }

  function panelOf(
    code: SignInErrorCode,
    facts: ErrorFacts,
    provider: Provider | undefined,
    reference: string,
    retryHref: string | undefined,
  ): RefusalPanel {
    const { detail, opensLocalForm, severity, title } = textFor(code, facts, provider);
    return {
      title,
      detail,
      tone: TONES[severity],
      opensLocalForm,
      facts: factList(facts, config.brand.name, provider?.config.name ?? anyName, namesOfProviders(config)),
      actions: retryHref === undefined ? [] : actionsOf(code, retryHref),
      reference,
    };
  }
}

export function isSignInError(error: unknown): error is EntranceError & { code: SignInErrorCode } {
  return error instanceof EntranceError && parseSignInErrorCode(error.code) !== undefined;
}

interface RefusalText {
  readonly title: string;
  readonly detail: string;
  readonly severity: Severity;
  readonly opensLocalForm: boolean;
}

const LOG_LEVELS = { info: 'info', warning: 'warn', error: 'error' } as const satisfies Record<
  Severity,
  string
>;
const TONES = { info: 'info', warning: 'warning', error: 'danger' } as const satisfies Record<
  Severity,
  string
>;

function severityOf(code: SignInErrorCode): Severity {
  if (code === 'sso_cancelled' || code === 'pending_approval' || code === 'session_ended') return 'info';
  return code === 'sso_misconfigured' ? 'error' : 'warning';
}

function actionsOf(code: SignInErrorCode, retryHref: string) {
  if (signInErrorCodes[code] === 'try again') return [{ href: retryHref, label: 'Try again' }];
  if (signInErrorCodes[code] === 'ask') return [];
  const separator = retryHref.includes('?') ? '&' : '?';
  return [{ href: `${retryHref}${separator}prompt=select_account`, label: 'Use another account' }];
}

function factList(
  facts: ErrorFacts,
  brand: string,
  provider: string | undefined,
  nameOfProvider: NameOfProvider,
) {
  const list = [
    { label: 'Who was asked', value: facts.askedAt && `The administrators of ${consoleName(brand)}` },
    { label: 'When', value: facts.askedAt && inUtc(Date.parse(facts.askedAt)) },
    {
      label: 'Waits until',
      value: facts.askedAt && inUtc(Date.parse(facts.askedAt) + REQUEST_LIFETIME_MS),
    },
    {
      label: 'This address signs in with',
      value: facts.signsInWith && waysInWords(facts.signsInWith, nameOfProvider),
    },
    { label: 'What they say', value: facts.reason },
    { label: 'Decided', value: facts.decidedAt && inUtc(Date.parse(facts.decidedAt)) },
    { label: 'Code', value: facts.hostCode },
    { label: 'Directory that you used', value: facts.tenantId },
    { label: `${provider}’s code`, value: facts.providerCode },
    { label: 'Correlation ID', value: facts.correlationId },
    { label: 'Trace ID', value: facts.traceId },
    { label: 'Time', value: facts.timestamp },
  ];
  return list.flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value }]));
}

function waysInWords(ways: readonly string[], nameOfProvider: NameOfProvider): string {
  const names = ways.map((way) => (way === 'local' ? 'a password' : nameOfProvider(way)));
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(names);
}

/** In UTC, since the reader may be in any time zone. */
function inUtc(time: number): string {
  const words = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${words.format(time)} UTC`;
}

function stripUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  }; // the same members, less the undefined ones
}
