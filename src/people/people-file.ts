const SAVE_AS = 'In Excel, save it as “CSV UTF-8 (comma delimited)” and take that file.';
/** Other kinds of files that people upload by mistake, by their first bytes in hexadecimal. */
const OTHER_KINDS: readonly (readonly [firstBytes: string, kind: string])[] = [
  ['504b0304', 'is a workbook (.xlsx or .ods) or another zip file'],
  ['504b0506', 'is an empty zip file'],
  ['d0cf11e0a1b11ae1', 'is a workbook of an old Excel (.xls)'],
  ['fffe', 'is in UTF-16, which Excel calls “Unicode Text”'],
  ['feff', 'is in UTF-16'],
  ['25504446', 'is a PDF'],
  ['7b5c727466', 'is a document (RTF)'],
  ['1f8b', 'is compressed (gzip)'],
  ['89504e47', 'is a picture'],
  ['ffd8ff', 'is a picture'],
];
const NOT_UTF8 = `isn’t in UTF-8. ${SAVE_AS}`;
const MOST_FIRST_BYTES = 8;
const PAGE = /^\s*<(?:!doctype|html|\?xml)/i;

export function decodePeople(
  file: Uint8Array | string,
): { readonly text: string } | { readonly problem: string } {
  if (typeof file === 'string') return checked(file);
  const firstBytes = Buffer.from(file.subarray(0, MOST_FIRST_BYTES)).toString('hex');
  const other = OTHER_KINDS.find(([start]) => firstBytes.startsWith(start));
  if (other !== undefined) return { problem: `${other[1]}, not CSV. ${SAVE_AS}` };
  const text = decodeUtf8(file);
  return text === undefined ? { problem: NOT_UTF8 } : checked(text);
}

/** U+FFFD in a text shows that another program couldn’t decode it. */
function checked(text: string): { readonly text: string } | { readonly problem: string } {
  if (text.includes('\uFFFD')) return { problem: NOT_UTF8 };
  if (text.includes('\0')) return { problem: `isn’t text: it holds the character NUL. ${SAVE_AS}` };
  if (PAGE.test(text)) return { problem: `is a web page or XML, not CSV. ${SAVE_AS}` };
  return { text };
}

function decodeUtf8(file: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    return undefined;
  }
}
