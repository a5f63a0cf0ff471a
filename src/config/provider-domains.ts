import * as z from 'zod';
import { parseDomain } from '../identity/email.js';
import { quoted } from '../identity/quoted.js';
import { parseJson } from '../parse-json.js';
import { domain } from './domain.js';
import { repetitionsIn } from './mapping.js';

const texts = z.record(z.string(), z.string().trim().min(1));
const mappedDomain = domain(
  'which is no domain: to send everybody to one provider, set SSO_DEFAULT_PROVIDER',
);

/** A JSON object from email domains to IDs of providers. The domains are normalised by `parseDomain`. */
export const providerDomains = z.string().transform((text, context): ReadonlyMap<string, string> => {
  const object = texts.safeParse(parseJson(text));
  const problems = object.success
    ? problemsOf(Object.keys(object.data), text)
    : ['must be a JSON object from email domains to IDs of providers'];
  for (const message of problems) context.addIssue({ code: 'custom', message });
  if (!object.success || problems.length > 0) return z.NEVER;
  return new Map(Object.entries(object.data).map(([name, id]) => [parseDomain(name) ?? name, id]));
});

function problemsOf(names: readonly string[], text: string): readonly string[] {
  const parsed = names.map((name) => mappedDomain.safeParse(name));
  const domains = parsed.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const twice = domains.filter((one, index) => domains.indexOf(one) < index);
  const repeated = repetitionsIn(text);
  return [
    ...parsed.flatMap(({ error }) => error?.issues.map(({ message }) => message) ?? []),
    // Two keys can be the same domain in two spellings.
    ...(repeated.length > 0 ? repeated : twice.map((one) => `names ${quoted(one)} twice: name it once`)),
  ];
}
