const LONGEST = 100;
/** Characters that can’t be seen, or that change how other characters look. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** A text from somebody else, for use in a message of ours: cut, and with every character visible. */
export function quoted(text: string): string {
  const characters = [...text];
  const shown = characters.slice(0, LONGEST).join('').replace(INVISIBLE, escaped);
  return `“${shown}${characters.length > LONGEST ? '…' : ''}”`;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
