import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { directoryKeys, indexSteps } from '#entrance/directory/redis-keys.js';
import { writeRecord } from '#entrance/directory/user-record.js';
import { compactId } from '#entrance/identity/compact-id.js';
import { people } from './support/seed.js';
const [port = '', count = '', prefix = 'entrance:'] = process.argv.slice(2);
const keys = directoryKeys(prefix);
function rolesOf(number: number): string[] {
  if (number % 2_000 === 0) return ['platform_admin'];
  return number % 10 === 0 ? ['platform_viewer'] : [];
}
const describe = (number: number) => ({
  ...(number % 1_000 === 3 ? { provider: 'local' as const, providerId: null, tenantId: null } : {}),
  ...(number % 50 === 7 ? { status: 'disabled' as const } : {}),
  roles: rolesOf(number).map((name) => ({ name, origin: 'sso' as const })),
});
const pipe = spawn('redis-cli', ['-p', port, '--pipe'], { stdio: ['pipe', 'inherit', 'inherit'] });
const command = (args: readonly string[]) => `*${args.length}\r\n${args.map((a) => `$${Buffer.byteLength(a)}\r\n${a}\r\n`).join('')}`;
let text = '';
for (const user of people(Number(count), describe)) {
  text += command(['HSET', keys.users, compactId(user.id), writeRecord(user)]);
  for (const step of indexSteps(keys, undefined, user)) text += command(step as unknown as string[]);
  if (text.length > 1e6) { if (!pipe.stdin.write(text)) await once(pipe.stdin, 'drain'); text = ''; }
}
pipe.stdin.end(text);
await once(pipe, 'exit');
