import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The example of a page that stands behind `<!-- name -->`. */
export async function exampleIn(page: string, name: string): Promise<string> {
  const example = new RegExp(`<!-- ${name} -->\\s*\`\`\`\\w+\\n(.*?)\`\`\``, 's');
  const [, block] = example.exec(await readFile(page, 'utf8')) ?? [];
  if (block === undefined) throw new Error(`${page} has no example “${name}”`);
  return block;
}

/** One process, which needs no privileges and leaves its files in this folder. `http`: what stands in the block of that name. */
export async function startNginx(folder: string, http: string): Promise<ChildProcess> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
    .join(' ');
  const configuration = `daemon off; master_process off; pid ${join(folder, 'nginx.pid')};
events {}
http {
  access_log off; ${temporary}
  ${http}
}`;
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const options = ['-p', folder, '-c', 'nginx.conf', '-e', join(folder, 'error.log')];
  return spawn('nginx', options, { stdio: 'inherit' });
}
