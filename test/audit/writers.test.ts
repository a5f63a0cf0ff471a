import { expect, test } from '@jest/globals';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { auditOptions } from '../support/audit.js';
import { runAuditWriters } from '../support/audit-writers.js';
import { startRedisServer } from '../support/redis-server.js';
import { connect } from '../support/redis-topologies.js';

test('8 writers on 4 processes make one chain, and no event is lost or there twice', async () => {
  const server = await startRedisServer();
  const redis = await connect(server.url);
  try {
    await runAuditWriters(server.url, 'test:', { processes: 4, writers: 2, events: 500 });
    const audit = createRedisAudit(redis.client, 'test:', auditOptions());
    expect(await audit.verify()).toMatchObject({ intact: true, count: 4_000, waiting: 0, problems: [] });
    const ids = new Set<string>();
    for await (const events of audit.export({}, 'oldest first')) {
      for (const { http } of events) ids.add(http?.request.id ?? '');
    }
    expect(ids.size).toBe(4_000);
  } finally {
    await redis.close();
    await server.stop();
  }
});
