import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/** Keeps what the OpenID provider has to remember; nothing is pushed out, however many sign in at once. */
export function createMemoryAdapter(): AdapterFactory {
  const entries = new Map<string, { readonly payload: AdapterPayload; readonly expiresAt: number }>();

  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    const find = (id: string) => {
      const entry = entries.get(keyOf(id));
      return entry !== undefined && entry.expiresAt > Date.now() ? entry.payload : undefined;
    };
    const findWhere = (matches: (payload: AdapterPayload) => boolean) => {
      const found = [...entries].find(([key, { payload }]) => key.startsWith(keyOf('')) && matches(payload));
      return found?.[1].payload;
    };
    return {
      async upsert(id, payload, expiresIn) {
        entries.set(keyOf(id), {
          payload,
          expiresAt: Date.now() + (expiresIn || Number.POSITIVE_INFINITY) * 1_000,
        });
      },
      find: async (id) => find(id),
      findByUid: async (uid) => findWhere((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => findWhere((payload) => payload.userCode === userCode),
      async consume(id) {
        const payload = find(id);
        // Entra gives a new refresh token each time, and still takes the old one.
        if (payload !== undefined && model !== 'RefreshToken')
          payload.consumed = Math.floor(Date.now() / 1_000);
      },
      async destroy(id) {
        entries.delete(keyOf(id));
      },
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of entries) {
          if (payload.grantId === grantId) entries.delete(key);
        }
      },
    } satisfies Adapter;
  };
}
