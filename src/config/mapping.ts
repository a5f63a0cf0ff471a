import * as z from 'zod';
import { quoted } from '../identity/quoted.js';
import type { GrantingValue, GrantRule } from '../identity/reconcile-grants.js';
import { parseJson } from '../parse-json.js';

/** The form in which an operator writes a group’s ID or name, or an app role’s value. */
export interface GrantingForm {
  /** Parses the value and its name space. A problem is the end of a sentence about the variable. */
  readonly parse: (text: string) => GrantingValue | { readonly problem: string };
  /** The values in words, in the plural: `group IDs and app-role values`. */
  readonly inWords: string;
  /** Two valid values; the second one stands in the examples of the mappings. */
  readonly examples: readonly [string, string];
}

const texts = z.record(z.string(), z.string());

/** A JSON object from granting values to names. The values are converted to lower case, and each may stand once. */
export function mapping(form: GrantingForm, name: z.ZodType<string, string>) {
  return z.string().transform((text, context): readonly GrantRule[] => {
    const { rules, problems } = parseMapping(text, form, name);
    for (const message of problems) context.addIssue({ code: 'custom', message });
    return problems.length === 0 ? rules : z.NEVER;
  });
}

function parseMapping(text: string, form: GrantingForm, name: z.ZodType<string, string>) {
  const object = texts.safeParse(parseJson(text));
  if (!object.success)
    return { rules: [], problems: [`must be a JSON object from ${form.inWords} to names`] };
  const entries = Object.entries(object.data).map(([key, given]) => ({
    key: form.parse(key),
    name: name.safeParse(given),
  }));
  const rules = entries.flatMap(({ key, name }) =>
    'value' in key && name.success ? [{ ...key, value: key.value.toLowerCase(), name: name.data }] : [],
  );
  const problems = entries.flatMap(({ key, name }) => [
    ...('problem' in key ? [key.problem] : []),
    ...(name.success ? [] : name.error.issues.map(({ message }) => message)),
  ]);
  return { rules, problems: [...problems, ...repetitionsIn(text)] };
}

/** JSON silently takes the last of two equal keys, so nobody would get the role of the first one. */
export function repetitionsIn(json: string): readonly string[] {
  const keys = keysIn(json);
  const seen = keys.map((key) => key.trim().toLowerCase());
  const repeated = keys.filter((key, index) => seen.indexOf(key.trim().toLowerCase()) !== index);
  return repeated.map((key) => `names ${quoted(key)} twice, and only one of them would count: name it once`);
}

/** All keys of a JSON object of texts, with repetitions: the texts that a colon follows. */
function keysIn(json: string): readonly string[] {
  return [...json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g)].flatMap(([, key = '', colon]) =>
    colon === undefined ? [] : [String(parseJson(key))],
  );
}
