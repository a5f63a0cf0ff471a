import { foreignIn, foreignTables } from '#entrance/config/foreign-names.js';
import { knownNames as knownNamesOf } from '#entrance/config/setting-groups.js';
import { providerKinds } from '#entrance/providers/kinds.js';

/** Every variable that has an effect where none of them is set. */
export const knownNames = () => knownNamesOf(providerKinds, () => undefined);

export const isForeign = foreignIn(providerKinds);

/** The names of other products that are told. */
export const foreignNames = () => {
  const { gateway, common } = foreignTables(providerKinds);
  return [...gateway, ...common];
};
