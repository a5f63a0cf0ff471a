import { isAboutSecrets } from './placeholder.js';

/** Sequences that people type in place of random text: alphabets, and rows, columns and zigzags of keyboards. */
const RUNS = `abcdefghijklmnopqrstuvwxyz 01234567890 0123456789abcdef qwertzuiop qwertyuiop azertyuiop asdfghjkl zxcvbnm
  yxcvbnm 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p qazwsxedcrfvtgbyhnujmikolp 1q2w3e4r5t6y7u8i9o0p qawsedrftgyhujikolp
  1a2b3c4d5e6f7g8h9i0j a1b2c3d4e5f6g7h8i9j0 !@#$%^&*()_+ !"§$%&/()= deadbeef cafebabe feedface baddcafe
  loremipsumdolorsitamet letmein password passwort secret changeme`;
const KNOWN = `${RUNS} ${[...RUNS].reverse().join('')} `;
/** A shorter repetition happens by chance. */
const SHORTEST_REPETITION = 3;
const SHORTEST_RUN = 4;
/** The longest part of a text that is checked: more characters add nothing. */
const LONGEST_LOOK = 1_024;

/** A shorter word is an accident. */
const WORD = /[A-Z]?[a-z]{4,}|[A-Z]{4,}/g;
/** Three quarters of all pairs of letters in English words, by their first letter. */
const PAIRS: ReadonlySet<string> = new Set(
  `abcdgilmnprst balo caehklort daei eacdelmnprstx fi ger haeio iacdeglmnorstv ke laeiloy maeiop nacdegiost
  oclmnoprstuvw paeilor raeiost sacehiopstu taehiorsty ulmnrst vei`
    .split(/\s+/)
    .flatMap(([first = '', ...seconds]) => seconds.map((second) => first + second)),
);
const LEAST_SHARE_OF_PAIRS = 0.6;
/** The bits of one word among those that people choose from (a word of a Diceware list has 12.9). */
const BITS_OF_WORD = 10;
/** A longer row of letters counts as several words that are written together. */
const LONGEST_WORD = 9;
const BITS_OF_TELLING_WORD = 2;
const BITS_BETWEEN_WORDS = 1;

/**
 * Estimates the bits of a text. A word has few bits, and so has a piece that repeats an earlier part or a typed
 * sequence. Each other character has the bits of the alphabet. Random text has only such other characters.
 */
export function varietyOf(whole: string): number {
  const text = whole.slice(0, LONGEST_LOOK);
  const onceEach = text.replace(/(.)\1+/gsu, '$1');
  const [even, odd] = [0, 1].map((rest) => [...text].filter((_, index) => index % 2 === rest).join(''));
  const isDoubled = onceEach.length * 5 <= text.length * 3;
  // 112233 and 1a2b3c hide a run that shows in another order of the characters.
  return Math.min(...[text, `${even}${odd}`, ...(isDoubled ? [onceEach] : [])].map(bitsOf));
}

function bitsOf(text: string): number {
  const bitsOfPiece = Math.log2(new Set(text).size);
  const lower = text.toLowerCase();
  const words = new Map([...text.matchAll(WORD)].map(({ index, 0: word }) => [index, word.toLowerCase()]));
  let bits = 0;
  for (let position = 0; position < text.length; ) {
    const word = words.get(position) ?? '';
    const repeated = lengthOfPiece(lower, position);
    const isWord = word.length > repeated && isLikeWord(word);
    const isBetweenWords = /[\s_.-]/.test(text.charAt(position));
    bits += isWord ? bitsOfWord(word) : isBetweenWords ? BITS_BETWEEN_WORDS : bitsOfPiece;
    position += isWord ? word.length : repeated;
  }
  return bits;
}

function bitsOfWord(word: string): number {
  return isAboutSecrets(word) ? BITS_OF_TELLING_WORD : BITS_OF_WORD * Math.ceil(word.length / LONGEST_WORD);
}

/** Whether letters could be a word of a dictionary. A fifth of random pairs of letters is in `PAIRS`. */
function isLikeWord(word: string): boolean {
  if (isAboutSecrets(word)) return true;
  const pairs = Array.from({ length: word.length - 1 }, (_, index) => word.slice(index, index + 2));
  return pairs.filter((pair) => PAIRS.has(pair)).length >= pairs.length * LEAST_SHARE_OF_PAIRS;
}

/** A repetition may overlap with its first occurrence: `aaaa` is two pieces. */
function lengthOfPiece(text: string, position: number): number {
  const repetition = longest(text, position, SHORTEST_REPETITION, (end) => text.slice(0, end));
  const run = longest(text, position, SHORTEST_RUN, () => KNOWN);
  return Math.max(repetition, run);
}

/**
 * The longest part of the text from `position` on that occurs in `source`. The argument of `source` is the end of that
 * part without its last character.
 */
function longest(text: string, position: number, shortest: number, source: (end: number) => string): number {
  let length = 1;
  for (let next = shortest; position + next <= text.length; next += 1) {
    if (!source(position + next - 1).includes(text.slice(position, position + next))) break;
    length = next;
  }
  return length;
}

/** Whether the text repeats one character or one piece; signs between the pieces don’t count. */
export function isRepetition(whole: string): boolean {
  const text = whole.slice(0, LONGEST_LOOK).toLowerCase();
  const plain = text.replace(/[\W_]/g, '');
  return isPeriodic(text) || (plain.length * 2 >= text.length && isPeriodic(plain));
}

function isPeriodic(text: string): boolean {
  if (text.length > 0 && new Set(text).size === 1) return true;
  for (let length = 1; length * 2 <= text.length; length += 1) {
    if (text.length % length === 0 && text.slice(0, length).repeat(text.length / length) === text)
      return true;
  }
  return false;
}
