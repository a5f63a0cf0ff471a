import * as z from 'zod';
import type { ProviderSettings } from '../../config/provider-settings.js';
import { createNearest } from '../../identity/nearest.js';
import { quoted } from '../../identity/quoted.js';
import { parseText } from '../../identity/text.js';
import { memberOf } from '../../network-cause.js';
import { isFree, prefixOf, providerId } from '../generic/ids.js';
import type { CustomProvider, OAuthProvider } from './custom-provider.js';

const LONGEST_NAME = 64;
/** The letters by which a long name may differ, as `endSessionURL`, and a short one. */
const LARGEST_SLIPS = { long: 2, short: 1 } as const;
const SHORTEST_LONG_NAME = 8;
const KINDS =
  'the texts issuer and clientId (OpenID Connect), or the functions begin and complete (docs/extending/provider.md)';

const text = z.string({ error: 'must be a text' }).trim().min(1, 'is empty');
const method = z.custom<(...given: readonly unknown[]) => unknown>((value) => typeof value === 'function', {
  error: (issue) => (issue.input === undefined ? 'is missing, and must be a function' : 'must be a function'),
});
const mark = z.object(
  {
    viewBox: text,
    paths: z.array(z.object({ d: text, fill: text })).min(1),
  },
  { error: 'must be { viewBox, paths: [{ d, fill }] }' },
);

const named = {
  id: z.string({ error: 'must be a text' }).pipe(providerId),
  name: z.string({ error: 'must be a text' }).superRefine((name, context) => {
    const parsed = parseText(name, LONGEST_NAME);
    const problem = 'problem' in parsed ? parsed.problem : 'holds characters that nobody sees';
    if (!('text' in parsed) || parsed.text !== name) context.addIssue({ code: 'custom', message: problem });
  }),
  mark: mark.optional(),
};
const openIdProvider = z.object({
  ...named,
  issuer: text,
  clientId: text,
  clientSecret: z
    .union([text, z.array(text).min(1)], { error: 'must be a text, or a list of texts' })
    .optional(),
  readGroups: method.optional(),
});
const oauthProvider = z.object({
  ...named,
  issuer: text.optional(),
  begin: method,
  complete: method,
  confirm: method.optional(),
  endSessionUrl: method.optional(),
  examine: method.optional(),
  stepsUp: z.literal(true, { error: 'must be true, or left out' }).optional(),
});

/** Whether the host app speaks to the provider itself. */
export function isOAuthProvider(provider: CustomProvider): provider is OAuthProvider {
  return 'begin' in provider || 'complete' in provider;
}

/**
 * Checks what a host app gives as `providers`.
 * @param others the kinds whose settings' names no ID may repeat
 * @throws TypeError that names every fault at once
 */
export function checkShape(providers: readonly CustomProvider[], others: readonly ProviderSettings[]): void {
  if (!Array.isArray(providers))
    throw new TypeError('createEntrance needs a list of providers: providers: [{ id, name, … }]');
  const problems = providers.flatMap((provider: CustomProvider, index) => [
    ...faultsOf(provider).map((fault) => `providers[${index}]${fault}`),
    ...collisionsOf(provider, providers.slice(0, index), others).map(
      (collision) => `providers[${index}].id is ${collision}: choose another ID`,
    ),
  ]);
  if (problems.length > 0)
    throw new TypeError(`createEntrance can’t use these providers.\n${problems.join('\n')}`);
}

function faultsOf(provider: unknown): readonly string[] {
  if (typeof provider !== 'object' || provider === null)
    return [` is no provider. A provider has id, name, and ${KINDS}`];
  const isOAuth = 'begin' in provider || 'complete' in provider;
  if (!isOAuth && !('issuer' in provider)) return [` can sign nobody in. It needs ${KINDS}`];
  const shape = isOAuth ? oauthProvider : openIdProvider;
  const { error } = shape.safeParse(provider);
  return [
    ...(error?.issues ?? []).map(({ path, message }) => `.${path.join('.')} ${message}`),
    ...slipsIn(provider, Object.keys(shape.shape)),
  ];
}

/** Members with nearly the name of one that is left out. Others are the host app's own, as in an object of a class. */
function slipsIn(provider: object, known: readonly string[]): readonly string[] {
  const nearest = createNearest(
    known.filter((name) => !(name in provider)),
    (name) => LARGEST_SLIPS[name.length < SHORTEST_LONG_NAME ? 'short' : 'long'],
  );
  return Object.keys(provider)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = nearest(name);
      return meant === undefined ? [] : [`.${name} has no effect (did you mean ${meant}?)`];
    });
}

function collisionsOf(
  provider: CustomProvider,
  earlier: readonly CustomProvider[],
  others: readonly ProviderSettings[],
): readonly string[] {
  const id = idOf(provider);
  if (id === undefined) return [];
  if (!isFree(id, others))
    return [
      `${quoted(id)}, which Entrance uses itself, or with which names of other settings begin (${prefixOf(id)}_…)`,
    ];
  const twin = earlier.map(idOf).findIndex((one) => one !== undefined && prefixOf(one) === prefixOf(id));
  return twin < 0
    ? []
    : [`${quoted(id)}, whose settings would have the names of those of providers[${twin}]`];
}

/** Undefined if the provider has no ID of the right form, which is a fault by itself. */
function idOf(provider: unknown): string | undefined {
  return providerId.safeParse(memberOf(provider, 'id')).data;
}
