/** Texts that take more time than others of their length: for comparing, cleaning, cutting and matching. */
export const oddTexts = {
  'one letter': (length: number) => 'a'.repeat(length),
  blanks: (length: number) => `a${' '.repeat(length - 2)}b`,
  'blanks at the end': (length: number) => `${' '.repeat(length - 1)}b`,
  'marks of two classes': (length: number) => `a${'\u0315\u0300'.repeat(length / 2 - 1)}`,
  'hidden characters': (length: number) => '\u200B'.repeat(length),
  'Hangul and joiners': (length: number) => '\u1112\u1161\u200D'.repeat(length / 3),
  separators: (length: number) => ',;|.@-/'.repeat(length / 7),
  'halves of characters': (length: number) => '\uD83D'.repeat(length),
  'quotation marks': (length: number) => '"'.repeat(length),
  'angle brackets': (length: number) => '<'.repeat(length),
  'percent signs': (length: number) => '%25'.repeat(length / 3),
  digits: (length: number) => '9'.repeat(length),
  'a signed token': (length: number) =>
    ['{"alg":"RS256","kid":"a"}', '{"a":'.repeat(length / 7), 'a']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.'),
} satisfies Readonly<Record<string, (length: number) => string>>;

const MEGABYTE = 1_000_000;
const most = 1_040_000;
const fill = (line: string, header = 'email\n') =>
  header + line.repeat(Math.floor((most - header.length) / Buffer.byteLength(line)));

/** Files of at most a megabyte that aren’t what anybody imports. */
export const oddFiles: Readonly<Record<string, () => string>> = {
  '190,000 columns': () => `${Array.from({ length: 190_000 }, (_, i) => `c${i % 10}`).join(',')}\na@b.co\n`,
  'commas alone': () => ','.repeat(MEGABYTE),
  '400,000 rows of one letter': () => `email\n${'a\n'.repeat(400_000)}`,
  'empty lines': () => `email\n${'\n'.repeat(MEGABYTE)}`,
  'empty rows': () => `email,full_name\n${',\n'.repeat(MEGABYTE / 2)}`,
  '300,000 roles in a cell': () => `email,roles\na@contoso.com,${'r;'.repeat(300_000)}\n`,
  '300,000 teams in a cell': () => `email,teams\na@contoso.com,${'t|'.repeat(300_000)}\n`,
  'a hundred roles in each row': () =>
    fill(
      `a@contoso.com,${Array.from({ length: 100 }, (_, i) => i.toString(36)).join(';')}\n`,
      'email,roles\n',
    ),
  'a hundred new teams in each row': () => {
    let made = 0;
    const row = () =>
      `p${made}@contoso.com,${Array.from({ length: 100 }, () => (made++).toString(36)).join(';')}\n`;
    let text = 'email,teams\n';
    while (text.length < most - 1_000) text += row();
    return text;
  },
  '5,000 people': () =>
    `email,full_name,roles\n${Array.from({ length: 5_000 }, (_, i) => `person${i}@contoso.com,Person ${i} of many people,viewer\n`).join('')}`,
  '5,000 people twice on one address': () => `email\n${'ada@contoso.com\n'.repeat(5_000)}`,
  '5,000 addresses in two alphabets': () =>
    `email\n${Array.from({ length: 5_000 }, (_, i) => `р${i}erson${'а'.repeat(40)}@contoso.com\n`).join('')}`,
  'one long cell': () => `email,full_name\na@contoso.com,${'x'.repeat(MEGABYTE)}\n`,
  'a quotation mark that never ends': () => `email,full_name\na@contoso.com,"${'x\n'.repeat(MEGABYTE / 2)}`,
  'quotation marks': () => `email\n${'"'.repeat(MEGABYTE)}\n`,
  'blanks in a cell': () => `email,full_name\n${' '.repeat(MEGABYTE)},b\n`,
  'blanks in front': () => `${' '.repeat(MEGABYTE)}email\n`,
  'separators of three kinds': () => ',;\t'.repeat(MEGABYTE / 3),
  '200 columns of 5,000 rows': () =>
    `${['email', ...Array.from({ length: 199 }, () => '')].join(',')}\n${`${'a,'.repeat(100)}\n`.repeat(5_000)}`.slice(
      0,
      most,
    ),
  'a line that names the separator, many times': () => 'sep=;\n'.repeat(MEGABYTE / 6),
  'marks in the addresses': () => fill(`${'\u0315\u0300'.repeat(5_000)}\n`),
  'marks in the names': () => fill(`a@contoso.com,a${'\u0315\u0300'.repeat(5_000)}\n`, 'email,full_name\n'),
  'marks in the roles': () => fill(`a@contoso.com,a${'\u0315\u0300'.repeat(5_000)}\n`, 'email,roles\n'),
  'marks in the teams': () => fill(`a@contoso.com,a${'\u0315\u0300'.repeat(5_000)}\n`, 'email,teams\n'),
  '5,000 people with quotation marks in what isn’t read': () =>
    `userPrincipalName,jobTitle\n${Array.from({ length: 5_000 }, (_, i) => `p${i}@contoso.com,"${'""'.repeat(85)}"\n`).join('')}`,
  'hidden characters in the addresses': () => fill(`${'\u200B'.repeat(5_000)}\n`),
};
