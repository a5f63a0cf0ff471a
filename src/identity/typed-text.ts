import * as z from 'zod';
import { parseText } from './text.js';

/** A text for others to read, such as a name: cleaned, and refused if no character is visible. */
export function typedText(most: number) {
  return z
    .string()
    .transform((text, context) => {
      const parsed = parseText(text, most);
      if ('text' in parsed) return parsed.text;
      context.addIssue({ code: 'custom', message: parsed.problem });
      return z.NEVER;
    })
    .describe(`1 to ${most} characters as people see them. What can’t be seen is dropped.`);
}

/** May be empty and is null then. `most` counts UTF-16 units, as `maxlength` does in HTML. */
export function optionalTypedText(most: number) {
  return z
    .string()
    .transform((text, context) => {
      const parsed = parseText(text, most, most);
      if ('text' in parsed) return parsed.text;
      if (parsed.isEmpty) return null;
      context.addIssue({ code: 'custom', message: parsed.problem });
      return z.NEVER;
    })
    .describe(`At most ${most} characters. What can’t be seen is dropped.`);
}
