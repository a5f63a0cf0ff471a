/** A process of its own that records events: `audit-writer.ts URL PREFIX WRITERS EVENTS`. */
import { once } from 'node:events';
import pino from 'pino';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { connectRedis } from '#entrance/redis/connection.js';
import { auditOptions } from './audit.js';

const [url = '', prefix = '', writers = '1', events = '1'] = process.argv.slice(2);
const redis = connectRedis(url, { log: pino({ level: 'silent' }) });
await once(redis.client, 'ready');
const audit = createRedisAudit(redis.client, prefix, auditOptions());

const write = async (writer: string) => {
  for (let number = 1; number <= Number(events); number += 1) {
    const by = { user: { id: writer }, ip: '203.0.113.7', requestId: `${writer}-${number}` };
    await audit.record({ action: 'user-sign-in', by, provider: 'entra' });
  }
};
await Promise.all(Array.from({ length: Number(writers) }, (_, index) => write(`${process.pid}-${index}`)));
await audit.close();
await redis.close();
