/** How the groups of somebody are asked for: with those that other groups bring, or without. */
export type GroupSearch = 'Transitive' | 'Direct';

/** Undefined for a path that isn’t a search for the groups of somebody. */
export function groupSearchAt(pathname: string): GroupSearch | undefined {
  const [, search] = /^\/v1\/groups\/-\/memberships:search(Transitive|Direct)Groups$/.exec(pathname) ?? [];
  return search === 'Transitive' || search === 'Direct' ? search : undefined;
}

/** A page of the answer of the Cloud Identity API. */
export function groupsPage(addresses: readonly string[]) {
  return { memberships: addresses.map((id, index) => ({ group: `groups/${index}`, groupKey: { id } })) };
}
