/** A number with its noun: `1 person`, `2,000 people`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : many}`;
}

/** One full stop behind a text of somebody else’s, who may have set one already. */
export function sentence(text: string): string {
  return `${text.trimEnd().replace(/[.。]+$/u, '')}.`;
}
