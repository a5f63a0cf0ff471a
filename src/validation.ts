import * as z from 'zod';
import { EntranceError } from './errors.js';
import { plural } from './words.js';

type Issue = z.core.$ZodRawIssue;

/** @throws EntranceError `invalid_request` that names each field and the values that it allows */
export function parseSent<T>(schema: z.ZodType<T>, sent: unknown, whole = 'body'): T {
  if (!isModest(sent))
    throw new EntranceError('invalid_request', {
      detail: `${whole}: it holds more than ${MOST_VALUES.toLocaleString('en')} values`,
    });
  const parsed = safeParseInWords(schema, sent);
  if (parsed.success) return parsed.data;
  throw new EntranceError('invalid_request', { detail: problemsIn(parsed.error, whole) });
}

/** Parses like `parseSent`. The form is shown again with its problems, so each problem is a sentence. */
export function checkForm<T>(
  schema: z.ZodType<T>,
  sent: unknown,
): { readonly data: T } | { readonly problems: Readonly<Record<string, string>> } {
  const parsed = safeParseInWords(schema, sent);
  if (parsed.success) return { data: parsed.data };
  const problems = parsed.error.issues.map(({ message, path: [field] }) => [
    String(field),
    message.charAt(0).toUpperCase() + message.slice(1),
  ]);
  return { problems: Object.fromEntries(problems.reverse()) };
}

function safeParseInWords<T>(schema: z.ZodType<T>, sent: unknown) {
  return schema.safeParse(sent, { error: (issue) => wordsOf(issue, schema) });
}

/** The most values of a body; none of our own has as many. A host app's own parser may let through far more. */
const MOST_VALUES = 1_000;

/** Whether a body has few values, so that a schema has little to check. Bytes count as one value. */
function isModest(sent: unknown): boolean {
  const toVisit = [sent];
  let count = 0;
  while (toVisit.length > 0) {
    const value = toVisit.pop();
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue;
    for (const member in value) {
      count += 1;
      if (count > MOST_VALUES) return false;
      toVisit.push((value as Record<string, unknown>)[member]); // the name is that of a member
    }
  }
  return true;
}

const MOST_NAMED = 10;
/** The longest name of a field in a message, since the names come from the request. */
const LONGEST_FIELD = 200;

/** Each problem as `field: what is allowed`. Equal problems are named once. */
function problemsIn({ issues }: z.ZodError, whole: string): string {
  const problems = issues.map((issue) => {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys.join(', ')] : issue.path;
    return `${path.join('.').slice(0, LONGEST_FIELD) || whole}: ${issue.message}`;
  });
  const different = [...new Set(problems)];
  const rest = different.length - MOST_NAMED;
  return [...different.slice(0, MOST_NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

/** Undefined leaves the message to zod, which no schema of ours needs. */
function wordsOf(issue: Issue, schema: z.ZodType): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `missing; it has to be ${typeWords(issue.expected)}`
        : `it has to be ${typeWords(issue.expected)}${Array.isArray(issue.input) ? ', given once' : ''}`;
    case 'invalid_value':
      return `it has to be ${choice(issue.values.map(String))}`;
    case 'too_small':
      return atLeast(issue.origin, Number(issue.minimum));
    case 'too_big':
      return `at most ${amount(issue.origin, Number(issue.maximum))}`;
    case 'unrecognized_keys':
      return `there is no such field here${fieldsOf(schema)}`;
    case 'invalid_format':
      return `it has to be ${formatWords[issue.format] ?? 'in another form'}`;
    default:
      return 'this isn’t allowed here';
  }
}

const typesInWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with fields, as JSON has it',
};

function typeWords(expected: string): string {
  return typesInWords[expected] ?? `of the type ${expected}`;
}

const formatWords: Readonly<Record<string, string>> = {
  datetime: 'a moment such as 2026-03-01T12:00:00Z',
  date: 'a date such as 2026-03-01',
  uuid: 'an ID in the form of a UUID',
  email: 'an email address',
};

function choice(values: readonly string[]): string {
  const [only = ''] = values;
  return values.length === 1 ? `“${only}”` : `one of ${values.join(', ')}`;
}

function atLeast(origin: string, minimum: number): string {
  return origin === 'string' && minimum === 1 ? 'it may not be empty' : `at least ${amount(origin, minimum)}`;
}

function amount(origin: string, count: number): string {
  const unit = { string: 'character', array: 'item' }[origin];
  return unit === undefined ? `${count}` : plural(count, unit);
}

function fieldsOf(schema: z.ZodType): string {
  return schema instanceof z.ZodObject ? `; there are ${Object.keys(schema.shape).join(', ')}` : '';
}

/** A parameter of a query string that may be left out. An empty parameter counts as left out. */
export function optionalParameter<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}

const moment = z.iso.datetime({ offset: true }).or(z.iso.date());
export const momentProblem = {
  error: 'a date such as 2026-03-01, or a moment such as 2026-03-01T12:00:00Z',
};

export function isMoment(text: string): boolean {
  return moment.safeParse(text).success;
}

/** The items of a page of a list if the request names no number. */
export const DEFAULT_LIMIT = 50;
/** The most items of a page of a list. */
const MOST_ITEMS = 200;
const limitProblem = { error: `a whole number from 1 to ${MOST_ITEMS}` };
export const limitParameter = optionalParameter(
  z.coerce.number(limitProblem).int(limitProblem).min(1, limitProblem).max(MOST_ITEMS, limitProblem),
);
