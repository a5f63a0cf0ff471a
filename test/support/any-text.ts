import fc, { type StringConstraints } from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };
const LAST_CHARACTER = 0x10ffff;

const anyCharacter = fc.nat({ max: LAST_CHARACTER - SURROGATES.count }).map(
  (place) => String.fromCodePoint(place < SURROGATES.first ? place : place + SURROGATES.count),
  (character) => {
    if (typeof character !== 'string') throw new Error('no text');
    const codePoint = character.codePointAt(0) ?? -1;
    if (character !== String.fromCodePoint(codePoint)) throw new Error('more than a character');
    return codePoint < SURROGATES.first ? codePoint : codePoint - SURROGATES.count;
  },
);

/** The texts of `fc.string({ unit: 'binary' })`, which first makes a table of all characters: 0.7 s in each suite. */
export function anyText(constraints: Omit<StringConstraints, 'unit'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: anyCharacter });
}
