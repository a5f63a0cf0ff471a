import { isTenantId } from '../identity/tenant.js';

/** The rows of a file that maps object IDs, or the problems of the file, line by line. */
export type ObjectIdFile =
  | { readonly objectIds: ReadonlyMap<string, string> }
  | { readonly problems: readonly string[] };

/**
 * Reads a CSV file (RFC 4180) of two columns: the object ID of a person in the old directory, and in the new directory.
 * A first line without an ID is a heading.
 */
export async function readObjectIds(text: string): Promise<ObjectIdFile> {
  const records = await readCells(text);
  if (records === undefined)
    return { problems: ['it has a quotation mark too many or too few; object IDs need none'] };
  const rows = records.map((cells, index) => ({
    line: index + 1,
    cells: cells.map((cell) => cell.toLowerCase()),
  }));
  const isHeading = rows[0] !== undefined && !rows[0].cells.some(isTenantId);
  const listed = isHeading ? rows.slice(1) : rows;
  const objectIds = new Map<string, string>();
  const used = new Set<string>();
  const problems = listed.flatMap(({ line, cells: [before = '', after = '', ...rest] }) => {
    const where = `row ${line}`;
    // An object ID has the form of a directory (tenant) ID: a GUID.
    if (!isTenantId(before) || !isTenantId(after) || rest.some(Boolean))
      return [`${where} isn’t two object IDs (GUIDs): the old one, and the new one`];
    if (objectIds.has(before))
      return [`${where} has the old object ID ${before}, which stands above already`];
    if (used.has(after)) return [`${where} has the new object ID ${after}, which stands above already`];
    objectIds.set(before, after);
    used.add(after);
    return [];
  });
  if (listed.length === 0)
    return { problems: ['it names nobody: each line is an old object ID, a comma, and the new one'] };
  return problems.length === 0 ? { objectIds } : { problems };
}

async function readCells(text: string): Promise<readonly (readonly string[])[] | undefined> {
  const { parse } = await import('csv-parse/sync');
  try {
    return parse(text, {
      bom: true,
      delimiter: [',', ';', '\t'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch {
    return undefined; // a CsvError: these options leave no other reason
  }
}
