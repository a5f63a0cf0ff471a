import * as z from 'zod';

/** A page of a list: its items under `name`, and the cursor of the next page. */
export function pageSchema<Name extends string, Item extends z.ZodType>(name: Name, item: Item) {
  return z.strictObject({
    [name]: z.array(item),
    next_cursor: z.string().nullable().describe('The `cursor` of the next page; null at the end.'),
  });
}
