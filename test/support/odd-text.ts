import fc from 'fast-check';
import { anyText } from './any-text.js';

/** Characters in names of people, directories and programs: letters, marks, emoji, and all that can't be seen. */
const pieces = [
  ...[
    'Ada',
    ' ',
    '  ',
    '\u00A0',
    '\t',
    '\n',
    '\r\n',
    '\u2028',
    'é',
    'e\u0301',
    'Z\u0334\u0301',
    'क्',
    'ष',
    'نامه',
  ],
  ...[
    'ا',
    'ש',
    '李',
    '渡\u{E0100}',
    '1\uFE0F\u20E3',
    '😀',
    '👩🏽\u200D💻',
    '👁\uFE0F',
    '🇩🇪',
    '❤',
    '\u{1F3FD}',
  ],
  ...[
    '\u200B',
    '\u200C',
    '\u200D',
    '\u202E',
    '\u2066',
    '\u2069',
    '\u00AD',
    '\uFEFF',
    '\u2060',
    '\u180E',
    '\u061C',
  ],
  ...[
    '\u034F',
    '\u115F',
    '\u3164',
    '\uFFA0',
    '\u2800',
    '\uFE0F',
    '\u{E0041}',
    '\u{E007F}',
    '\u{1D173}',
    '\uFFFC',
  ],
  ...['\0', '\u001B[31m', '\u007F', '\u0085', '\u009B', '\uD83D', '\uDC00', '\uFFFE', '\u{10FFFF}', '\u0344'],
  ...['\u0301', '\u20DD', '\u0958', '\u0DDD', '\u1100', '\u1161', '\u0600', '<', '&', '“'],
];

export const oddText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), anyText({ maxLength: 3 })), { maxLength: 40 })
  .map((parts) => parts.join(''));

/** Characters that nobody sees, but the joiners that a word or an emoji needs. */
export const UNSEEN = new RegExp(
  [
    '(?![\\u200C\\u200D])\\p{Cf}',
    '[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u2800\\u3164\\uFFA0\\u115F\\u1160\\u034F]',
    '(?<![\\p{L}\\p{M}\\p{Extended_Pictographic}\\uFE0F\\p{Emoji_Modifier}])[\\u200C\\u200D]',
    '[\\u200C\\u200D](?![\\p{L}\\p{Extended_Pictographic}])',
  ].join('|'),
  'u',
);

export const graphemes = (text: string): readonly string[] =>
  [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);
