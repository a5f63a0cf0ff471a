import type { MemoryRecorder } from '../audit/memory.js';
import type { Clock } from '../clock.js';
import { hasLostAncestor } from './ancestry.js';
import type { ApiToken } from './api-token.js';
import { isExpired, isUseNews, MOST_TOKENS, newestFirst, type Tokens } from './tokens.js';

export function createMemoryTokens(audit: MemoryRecorder, clock: Clock): Tokens {
  const byHash = new Map<string, ApiToken>();
  const hashes = new Map<string, string>();

  function put(token: ApiToken, hash: string): void {
    byHash.set(hash, token);
    hashes.set(token.id, hash);
  }

  const byId = (id: string) => byHash.get(hashes.get(id) ?? '');

  return {
    async create(token, hash, events) {
      if (hashes.size >= MOST_TOKENS) return false;
      audit.take(events);
      put(token, hash);
      return true;
    },
    async replace(token, hash, events) {
      const old = hashes.get(token.id);
      if (old === undefined) return false;
      audit.take(events);
      byHash.delete(old);
      put(token, hash);
      return true;
    },
    async findByHash(hash) {
      const token = byHash.get(hash);
      if (token === undefined || isExpired(token, clock.now())) return undefined;
      return hasLostAncestor(token, byId) ? undefined : token;
    },
    find: async (id) => byId(id),
    list: async () => [...byHash.values()].sort(newestFirst),
    async delete(id, events) {
      if (!hashes.has(id)) return false;
      audit.take(events);
      byHash.delete(hashes.get(id) ?? '');
      return hashes.delete(id);
    },
    async touch({ id }, now, events) {
      const hash = hashes.get(id) ?? '';
      const token = byHash.get(hash);
      if (token === undefined || !isUseNews(token, now)) return;
      audit.take(events);
      byHash.set(hash, { ...token, lastUsedAt: new Date(now).toISOString() });
    },
  };
}
