import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, type PackedPackage } from './packed-project.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** The types of `express-entrance/testing` name those of express-session. */
const USUAL = ['express', '@types/express', '@types/express-session', '@types/node'];

/** A project with the files of an example, beside the package as npm would install it. Each program is compiled. */
export async function exampleProject(
  packed: PackedPackage,
  example: string,
  libraries: readonly string[],
  copies: readonly string[] = [],
): Promise<string> {
  const project = await packed.project('module', [...USUAL, ...libraries], copies);
  await cp(join(EXAMPLES, example), project, { recursive: true });
  const programs = (await readdir(project)).filter((file) => file.endsWith('.ts'));
  await compile(project, programs, ['--types', 'node', '--noUncheckedIndexedAccess']);
  return project;
}
