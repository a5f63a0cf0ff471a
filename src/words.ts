/** A number with its noun: `1 person`, `2,000 people`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : many}`;
}

/** A number in words, which says if the number is an estimate. */
export function roughly(words: string, isExact: boolean): string {
  return isExact ? words : `about ${words}`;
}

/** The text with exactly one full stop at its end. */
export function sentence(text: string): string {
  return `${withoutEnding(text.trimEnd(), '.。')}.`;
}

/** A pattern like `/[.]+$/` would take time for the square of the number of such characters inside the text. */
export function withoutEnding(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
