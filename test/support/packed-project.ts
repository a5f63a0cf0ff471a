import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

export interface PackedPackage {
  readonly tarball: string;
  /**
   * An empty project in which the tarball is unpacked as npm does, beside the libraries that its package.json names and
   * `libraries`. Those are links, so that nothing is fetched; `[name, folder]` gives a library another name. `copies`
   * are copied: they find the project's own libraries beside them, not those of this repository.
   */
  project(
    type: 'module' | 'commonjs',
    libraries?: ReadonlyArray<string | readonly [name: string, folder: string]>,
    copies?: readonly string[],
  ): Promise<string>;
  remove(): Promise<void>;
}

/** Packs what stands in dist/ and beside it, as for publishing. */
export async function packPackage(): Promise<PackedPackage> {
  const folder = await mkdtemp(join(tmpdir(), 'entrance-packed-'));
  const packing = ['pack', '--silent', '--ignore-scripts', '--offline', '--pack-destination', folder];
  const { stdout } = await run('npm', packing, { cwd: ROOT });
  const tarball = join(folder, stdout.trim());

  return {
    tarball,
    async project(type, libraries = [], copies = []) {
      const project = await mkdtemp(join(folder, `${type}-`));
      const modules = join(project, 'node_modules');
      const unpacked = join(modules, 'express-entrance');
      await mkdir(unpacked, { recursive: true });
      await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
      const { dependencies = {} } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'));
      const named = [...libraries.map((one) => (typeof one === 'string' ? ([one, one] as const) : one))];
      const links = new Map([...Object.keys(dependencies).map((name) => [name, name] as const), ...named]);
      for (const [name, from] of links) {
        await mkdir(dirname(join(modules, name)), { recursive: true });
        await symlink(join(ROOT, 'node_modules', from), join(modules, name));
      }
      for (const name of copies)
        await cp(join(ROOT, 'node_modules', name), join(modules, name), { recursive: true });
      await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type }));
      return project;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Compiles strictly, the types of libraries too. Rejects with what the compiler says. */
export async function compile(project: string, files: readonly string[], options: readonly string[] = []) {
  const common = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2023'];
  const compiler = join(ROOT, 'node_modules/.bin/tsc');
  await run(compiler, [...common, ...options, ...files], { cwd: project }).catch(({ stdout }) => {
    throw new Error(stdout);
  });
}
