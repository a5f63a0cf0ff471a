import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';

const systemError = z.object({ code: z.string(), path: z.string().optional() });

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no directory',
  EEXIST: 'a part of its path is no directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its link leads in a circle',
  ENAMETOOLONG: 'its path is too long',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
  EMFILE: 'too many files are open',
  ETXTBSY: 'it is in use',
};

/** The reason that a file couldn’t be read or written, in words and without its path. */
export function causeOf(error: unknown): string {
  const { code, path } = systemError.safeParse(error).data ?? {};
  if (code === undefined) return 'the reason isn’t known';
  if (code === 'ENOENT' && path !== undefined && isLink(path)) return 'its link leads nowhere';
  return CAUSES[code] ?? `the system says ${code}`;
}

export function isAbsence(error: unknown): boolean {
  const { code, path } = systemError.safeParse(error).data ?? {};
  return code === 'ENOENT' && path !== undefined && !isLink(path);
}

/** The target of a link, if the target doesn’t exist. */
export function missingTarget(error: unknown): string | undefined {
  const { code, path } = systemError.safeParse(error).data ?? {};
  if (code !== 'ENOENT' || path === undefined || !isLink(path)) return undefined;
  return resolve(dirname(path), readlinkSync(path));
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
