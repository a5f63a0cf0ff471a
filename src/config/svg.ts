/** Matches one token: comment, CDATA, document type without declarations of its own, end tag, start tag, or text. */
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>|<!DOCTYPE\s[^[<>]*>|<\/(?<end>[A-Za-z_][\w.:-]*)\s*>|<(?<start>[A-Za-z_][\w.:-]*)(?<attributes>(?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y;
const ATTRIBUTE = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const DECLARATION =
  /^<\?xml\s(?:(?!encoding)[^?<>])*(?:encoding\s*=\s*(?:"utf-8"|'utf-8')(?:(?!encoding)[^?<>])*)?\?>/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for; no XML may hold them
const CONTROL_CHARACTERS = /[\0-\x08\x0b\x0c\x0e-\x1f]/;
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi;

/**
 * Elements that run, load or embed something, and animations, which could set attributes that are refused elsewhere.
 */
const REFUSED_ELEMENTS: ReadonlySet<string> = new Set(
  'script handler listener foreignobject iframe embed object audio video source track feimage set animate animatemotion animatetransform discard'.split(
    ' ',
  ),
);
const REFERENCES: ReadonlySet<string> = new Set(['href', 'src', 'srcset', 'data', 'action', 'base']);
const INNER_REFERENCE = /^(?:#|data:image\/(?:png|jpeg|gif|webp);base64,[\w+/=\s]*$)/i;
const OUTER_STYLE = /@import|\\|image-set\s*\(|(?:^|[^-\w])(?:src|image)\s*\(|url\s*\(\s*(?!["']?#)/i;

/**
 * The reason that these bytes are no SVG that may be shown. It must be well-formed, and must neither run nor load
 * anything.
 */
export function svgProblem(bytes: Uint8Array): string | undefined {
  const text = decode(bytes)?.replace(DECLARATION, '');
  if (text === undefined || CONTROL_CHARACTERS.test(text)) return 'is neither a PNG nor an SVG in UTF-8';
  const open: string[] = [];
  let begun = false;
  for (const token of tokensOf(text)) {
    if (token === undefined) return 'is neither a PNG nor a well-formed SVG';
    const { start, end, attributes = '', empty, cdata, text: raw } = token;
    if (start !== undefined) {
      if (open.length === 0 && (begun || start !== 'svg')) return 'is no SVG: its root element has to be svg';
      begun = true;
      const problem = elementProblem(start, attributes);
      if (problem !== undefined) return problem;
      if (empty === '') open.push(start);
    } else if (end !== undefined) {
      if (open.pop() !== end) return 'is no well-formed SVG';
    } else {
      const problem = textProblem(cdata ?? raw, cdata === undefined, open.at(-1));
      if (problem !== undefined) return problem;
    }
  }
  return begun && open.length === 0 ? undefined : 'is neither a PNG nor a well-formed SVG';
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Ends with undefined if a part of the text isn’t markup that we know. */
function* tokensOf(text: string): Generator<Record<string, string | undefined> | undefined> {
  const token = new RegExp(TOKEN);
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    yield match === null ? undefined : { ...match.groups };
    if (match === null) return;
  }
}

function elementProblem(element: string, attributes: string): string | undefined {
  if (REFUSED_ELEMENTS.has(localName(element)))
    return `has a ${localName(element)} element: export the logo without it`;
  for (const [, attribute = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = resolveEntities(double ?? single ?? '');
    if (value === undefined) return 'is no well-formed SVG: it uses an entity that XML doesn’t know';
    const problem = attributeProblem(attribute, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function attributeProblem(attribute: string, value: string): string | undefined {
  if (/^xmlns(?::|$)/.test(attribute)) return /xhtml/i.test(value) ? 'holds HTML' : undefined;
  const name = localName(attribute);
  if (name.startsWith('on')) return 'has an event handler: export the logo without scripts';
  const refersOut = REFERENCES.has(name) && !INNER_REFERENCE.test(value.trim());
  return refersOut || OUTER_STYLE.test(value) ? 'refers to something outside of itself' : undefined;
}

function textProblem(
  text: string | undefined,
  escaped: boolean,
  parent: string | undefined,
): string | undefined {
  if (text === undefined) return undefined;
  if (parent === undefined) return text.trim() === '' ? undefined : 'is neither a PNG nor a well-formed SVG';
  const value = escaped ? resolveEntities(text) : text;
  if (value === undefined) return 'is no well-formed SVG: it uses an entity that XML doesn’t know';
  return localName(parent) === 'style' && OUTER_STYLE.test(value)
    ? 'refers to something outside of itself'
    : undefined;
}

/** Undefined if the text has an entity that needs a declaration. */
function resolveEntities(text: string): string | undefined {
  if (text.replace(ENTITY, '').includes('&')) return undefined;
  return text.replace(ENTITY, (_, decimal, hexadecimal) => {
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : ' ';
  });
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}
