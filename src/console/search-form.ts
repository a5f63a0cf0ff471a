import type { Option } from '../pages/parts.js';

/** A value that a filter offers. */
export type Choice = Omit<Option, 'selected'>;

/** The options of a filter, the first of which filters nothing. */
export function filterOptions(choices: readonly Choice[], any: string, chosen = ''): readonly Option[] {
  return [{ value: '', label: any }, ...choices].map((option) => ({
    ...option,
    selected: option.value === chosen,
  }));
}

/** A query string of the parameters that are set. */
export function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const set = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(set).toString();
}

/** The address of a list with this search. */
export function withQuery(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = queryOf(parameters);
  return query === '' ? path : `${path}?${query}`;
}
