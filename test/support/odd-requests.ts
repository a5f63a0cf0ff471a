import { oddTexts } from './odd-bodies.js';

/** What Node.js takes of an address and the headers together is 16 KB; this leaves room for the usual ones. */
const HEAD_BYTES = 14_000;
export const JSON_BYTES = 64 * 1_024;
export const FORM_BYTES = 16 * 1_024;
/** More fields than these are refused with 413 unread. */
const MOST_FIELDS = 1_000;

/** A part of a request that is odd, and as large as it may be. */
export interface OddPart {
  readonly name: string;
  /** In place of each parameter of the path. */
  readonly segment?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** It may be more fields than are read. */
  readonly mayGoUnread?: boolean;
}

export interface Body {
  readonly type: string;
  readonly bytes: Buffer;
}

type Text = (length: number) => string;
const texts: readonly (readonly [name: string, text: Text])[] = Object.entries(oddTexts);
const escaped = (text: string) => encodeURIComponent(text.toWellFormed());

/** Texts may have other characters at their ends. */
const ENDS_BYTES = 32;

/** As much of the text as so many bytes hold. The lengths suit texts that repeat two, three or seven characters. */
function fitting(text: Text, most: number, write: (text: string) => string): string {
  const bytesEach = Buffer.byteLength(write(text(2_100))) / 2_100;
  return write(text(Math.floor((most - ENDS_BYTES) / bytesEach / 42) * 42));
}

export function* oddPaths(path: string): Generator<OddPart> {
  const places = path.match(/[:{]/g)?.length ?? 0;
  if (places === 0) return;
  for (const [name, text] of texts)
    yield { name: `path: ${name}`, segment: fitting(text, HEAD_BYTES / places, escaped) };
}

export function* oddQueries(parameters: readonly string[]): Generator<OddPart> {
  for (const parameter of parameters)
    for (const [name, text] of texts)
      yield {
        name: `?${parameter}: ${name}`,
        query: `${parameter}=${fitting(text, HEAD_BYTES - 50, escaped)}`,
      };
  const [first = 'a'] = parameters;
  yield { name: 'many parameters', query: numbered(HEAD_BYTES / 8, (number) => `a${number}=1`).join('&') };
  yield { name: 'one parameter often', query: repeated(`${first}=1&`, HEAD_BYTES) };
  yield { name: 'a long name of a parameter', query: repeated('a', HEAD_BYTES) };
  yield { name: 'ampersands', query: repeated('&', HEAD_BYTES) };
}

/** A value of a header is one line, and Node.js takes the blanks off its ends. */
const headerTexts: readonly (readonly [name: string, repeated: string])[] = [
  ['one letter', 'a'],
  ['blanks', ' '],
  ['commas', 'a,'],
  ['pairs of a list', 'a=b;q=0.1, '],
  ['quotation marks', '"'],
  ['addresses', '10.1.2.3, '],
];

/** In place of the usual value, and behind it. */
export function* oddHeaders(
  names: readonly string[],
  usual: Readonly<Record<string, string>>,
): Generator<OddPart> {
  for (const header of names) {
    const own = usual[header] ?? '';
    for (const [name, unit] of headerTexts) {
      const odd = `a${repeated(unit, HEAD_BYTES - own.length)}b`;
      yield { name: `${header}: ${name}`, headers: { [header]: odd } };
      if (own !== '') yield { name: `${header}: more, ${name}`, headers: { [header]: `${own}; ${odd}` } };
    }
    const token = `Bearer ${fitting(oddTexts['a signed token'], HEAD_BYTES, String)}`;
    yield { name: `${header}: a signed token`, headers: { [header]: token } };
  }
}

export function* oddForms(fields: readonly string[]): Generator<OddPart> {
  const form = (name: string, text: string): OddPart => ({
    name: `form: ${name}`,
    body: { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(text) },
  });
  const others = (but: string) =>
    fields.filter((field) => field !== but).map((field) => `&${field}=${usualValue(field)}`);
  for (const field of fields) {
    const rest = others(field).join('');
    for (const [name, text] of texts)
      yield form(
        `${field}, ${name}`,
        `${field}=${fitting(text, FORM_BYTES - field.length - rest.length - 1, escaped)}${rest}`,
      );
    const often = repeated(
      `${field}=1&`,
      Math.min(FORM_BYTES - rest.length, (field.length + 3) * (MOST_FIELDS - 50)),
    );
    yield { ...form(`${field} often`, often.slice(0, -1) + rest), mayGoUnread: true };
  }
  const many = numbered(MOST_FIELDS - 1, (number) => `a${number}=1`);
  yield { ...form('many fields', many.join('&')), mayGoUnread: true };
  yield form('a long name', repeated('a', FORM_BYTES));
}

function usualValue(field: string): string {
  if (/email|address/.test(field)) return 'odd@contoso.com';
  if (/days/.test(field)) return '7';
  return /scope/.test(field) ? 'verify' : 'x';
}

/** The parts of JSON Schema that a documented body has. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

export function* oddJson(schema: Schema): Generator<OddPart> {
  const json = (name: string, text: string): OddPart => ({
    name: `JSON: ${name}`,
    body: { type: 'application/json', bytes: Buffer.from(text) },
  });
  for (const { name: place, around } of placesIn(schema)) {
    const [before, after] = around;
    const room = JSON_BYTES - Buffer.byteLength(before + after);
    const put = (name: string, value: string) => json(`${place}, ${name}`, before + value + after);
    for (const [name, text] of texts) yield put(name, fitting(text, room, JSON.stringify));
    yield put('a long list', `[${repeated('"a",', room - 10)}"a"]`);
    yield put(
      'a list of different texts',
      JSON.stringify(numbered(room / 8, (number) => number.toString(36))),
    );
    yield put('a list of lists', `[${repeated('[],', room - 10)}[]]`);
    yield put('depth', nested(room));
    yield put('a long number', repeated('9', room));
    yield put('many members', `{${numbered(room / 13, (number) => `"a${number}":1`).join(',')}}`);
    yield put('a long name of a member', `{"${repeated('a', room - 10)}":1}`);
  }
  yield json(
    'deep objects',
    `${repeated('{"a":', (JSON_BYTES * 5) / 6 - 10)}1${repeated('}', JSON_BYTES / 6 - 10)}`,
  );
  yield json('a text that never ends', `"${repeated('\\\\', JSON_BYTES - 10)}`);
}

interface Place {
  readonly name: string;
  /** The JSON before and after it, with what else the body needs. */
  readonly around: readonly [before: string, after: string];
}

/** Where a body of this schema has a value: itself, its members, the items of its lists, and so on. */
function* placesIn(schema: Schema, name = 'the body', around: Place['around'] = ['', '']): Generator<Place> {
  const [before, after] = around;
  yield { name, around };
  const { properties = {}, items, anyOf = [] } = schema;
  for (const [member, inner] of Object.entries(properties)) {
    const others = (schema.required ?? []).filter((one) => one !== member);
    const rest = others.map(
      (one) => `,${JSON.stringify(one)}:${JSON.stringify(sampleOf(properties[one] ?? {}))}`,
    );
    yield* placesIn(inner, member, [`${before}{${JSON.stringify(member)}:`, `${rest.join('')}}${after}`]);
  }
  if (items !== undefined) yield* placesIn(items, `an item of ${name}`, [`${before}[`, `]${after}`]);
  for (const one of anyOf)
    for (const inner of placesIn(one, name, around)) if (inner.name !== name) yield inner;
}

/** The least that the schema takes. */
function sampleOf(schema: Schema): unknown {
  const { type, format, enum: values, properties = {}, required = [], anyOf: [first] = [] } = schema;
  if (schema.const !== undefined) return schema.const;
  if (values !== undefined) return values[0];
  if (first !== undefined) return sampleOf(first);
  if (type === 'object')
    return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})]));
  if (type === 'array') return [];
  if (type === 'integer' || type === 'number') return 7;
  if (type === 'boolean') return true;
  return format === 'email' ? 'odd@contoso.com' : 'odd@contoso.com';
}

function nested(room: number): string {
  const depth = Math.floor(room / 2);
  return '['.repeat(depth) + ']'.repeat(depth);
}

function numbered(count: number, write: (number: number) => string): readonly string[] {
  return Array.from({ length: Math.floor(count) }, (_, number) => write(number));
}

function repeated(text: string, most: number): string {
  return text.repeat(Math.floor(most / Buffer.byteLength(text)));
}
