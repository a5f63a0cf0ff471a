/** A number with its noun: `1 person`, `2,000 people`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : many}`;
}

/** The text with one full stop, also if it has one already. */
export function sentence(text: string): string {
  return `${text.trimEnd().replace(/[.。]+$/u, '')}.`;
}
