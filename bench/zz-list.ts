import { createClient } from 'redis';
import pino from 'pino';
import { once } from 'node:events';
import { connectRedis } from '#entrance/redis/connection.js';
import { listUsers } from '#entrance/directory/redis-listing.js';
import { directoryKeys } from '#entrance/directory/redis-keys.js';
const [port = '', visits = '20'] = process.argv.slice(2);
const redis = connectRedis(`redis://127.0.0.1:${port}`, { log: pino({ level: 'silent' }) });
await once(redis.client, 'ready');
const raw = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
const keys = directoryKeys('entrance:');
const qs = [undefined, 'a', 'ada', 'chiara', 'ada f', 'ada.f', 'grace.okafor.1', 'zzz', 'jonas nowak', 'i', 'ines.silva.9'];
const roles = [undefined, 'platform_admin', 'platform_viewer'];
const statuses = [undefined, 'active', 'disabled'] as const;
const providers = [undefined, 'entra', 'local'] as const;
const rows: { label: string; p50: number; max: number; n: number; partial: boolean }[] = [];
await raw.sendCommand(['SLOWLOG', 'RESET']);
for (let warm = 0; warm < 100; warm += 1) await listUsers(redis.client, keys, { sort: 'email', descending: false, limit: 50, q: 'a' });
const all: number[] = [];
for (const q of qs) for (const role of roles) for (const status of statuses) for (const provider of providers)
  for (const sort of ['email', 'full_name', 'created_at', 'last_login_at'] as const) for (const descending of [false, true]) {
    const query = { sort, descending, limit: 50, ...(q && { q }), ...(role && { role }), ...(status && { status }), ...(provider && { provider }) };
    const times: number[] = [];
    let n = 0; let partial = false;
    for (let visit = 0; visit < Number(visits); visit += 1) {
      const t = performance.now();
      const page = await listUsers(redis.client, keys, query);
      times.push(performance.now() - t);
      n = page.users.length; partial = n < 50 && page.next !== null;
    }
    all.push(...times);
    times.sort((a, b) => a - b);
    rows.push({ label: JSON.stringify({ ...query, limit: undefined }), p50: times[times.length >> 1] ?? 0, max: times.at(-1) ?? 0, n, partial });
  }
all.sort((a, b) => a - b);
console.log('queries', rows.length, 'p50', all[all.length >> 1], 'p99', all[Math.floor(all.length * 0.99)], 'p999', all[Math.floor(all.length * 0.999)], 'max', all.at(-1));
console.log('slowest by median'); for (const row of rows.toSorted((a, b) => b.p50 - a.p50).slice(0, 12)) console.log(row.p50.toFixed(1), row.max.toFixed(1), row.n, row.partial, row.label);
console.log('partial', rows.filter((r) => r.partial).length); for (const row of rows.filter((r) => r.partial).toSorted((a, b) => a.n - b.n).slice(0, 40)) console.log(row.n, row.p50.toFixed(1), row.label);
const slow = (await raw.sendCommand(['SLOWLOG', 'GET', '2000'])) as unknown as [number, number, number, string[]][];
console.log('slowlog', slow.length, slow.toSorted((a, b) => b[2] - a[2]).slice(0, 4).map((e) => [e[2] / 1000, e[3].slice(0, 9).map((x) => x.slice(0, 60)).join(' ')]));
process.exit(0);
