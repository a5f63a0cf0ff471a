import * as z from 'zod';
import { parseText } from './text.js';

/** Text that others read, such as a name: cleaned, and refused if nothing of it is visible. */
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

/** Likewise, but it may be left empty: null then. `most` are UTF-16 units, as in the `maxlength` of HTML. */
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
