import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import ejs from 'ejs';
import type { Logger } from 'pino';
import { VIEWS_FOLDER } from '../package-folders.js';

/** Gives the function that renders a view. */
export type Templates = (view: string) => (model: object) => string;

/**
 * The views of this package, or a host app's own folder in which each file replaces ours of the same name. If a file of
 * the host app fails, that is logged, and our own view is sent, so that nobody is locked out by a template.
 * @throws TypeError for a folder that isn't there, a file that replaces none of ours, or a file that isn't valid EJS
 */
export function createTemplates(ownFolder: string | undefined, log: Logger): Templates {
  const ours = compiler(VIEWS_FOLDER, undefined);
  if (ownFolder === undefined) return ours;
  const folder = resolve(ownFolder);
  checkFolder(folder);
  const theirs = compiler(folder, folder);
  return (view) => (model) => {
    try {
      return theirs(view)(model);
    } catch (error) {
      log.error({ err: error, view }, 'a view of the host app failed, so ours was sent');
      return ours(view)(model);
    }
  };
}

/** Compiles each view once. `own` replaces the files of ours that it has, includes too. */
function compiler(folder: string, own: string | undefined): Templates {
  const compiled = new Map<string, ejs.TemplateFunction>();
  return (view) => {
    const known = compiled.get(view);
    if (known !== undefined) return known;
    const template = compile(fileOf(`${view}.ejs`, folder), own);
    compiled.set(view, template);
    return template;
  };
}

function fileOf(name: string, folder: string): string {
  const own = join(folder, name);
  return existsSync(own) ? own : join(VIEWS_FOLDER, name);
}

function compile(filename: string, own: string | undefined): ejs.TemplateFunction {
  return ejs.compile(ejs.fileLoader(filename).toString(), {
    filename,
    root: VIEWS_FOLDER,
    // A copy of one of our partials includes others beside itself.
    views: [...(own === undefined ? [] : [own]), VIEWS_FOLDER, join(VIEWS_FOLDER, 'partials')],
    // Two installations in one process may have different folders, and EJS caches by the file's name alone.
    cache: own === undefined,
    ...(own === undefined ? {} : { includer: includerFor(own) }),
  });
}

/** `include('/sign-in')`, with a slash, is always ours, so that a file of the host app can wrap the one it replaces. */
function includerFor(own: string) {
  return (path: string, found: string | undefined) => {
    if (found === undefined) throw new Error(`there is no view ${path} to include`);
    const name = relative(VIEWS_FOLDER, found);
    const replaced = join(own, name);
    const isReplaced = !path.startsWith('/') && !name.startsWith('..') && existsSync(replaced);
    return { filename: isReplaced ? replaced : found };
  };
}

function checkFolder(folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new TypeError(`views: there is no folder ${folder}`);
  const names = templatesIn(folder);
  const ours = templatesIn(VIEWS_FOLDER);
  const strangers = names.filter((name) => !ours.includes(name));
  if (strangers.length > 0)
    throw new TypeError(
      `views: ${strangers.join(', ')} in ${folder} would never be used. Each file replaces one of ours: ${ours.join(', ')}`,
    );
  for (const name of names) tryToCompile(join(folder, name), folder);
}

function tryToCompile(file: string, folder: string): void {
  try {
    compile(file, folder);
  } catch (error) {
    throw new TypeError(`views: ${file} is no valid EJS`, { cause: error });
  }
}

function templatesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ejs'))
    .map((name) => name.replaceAll(sep, '/'))
    .sort();
}
