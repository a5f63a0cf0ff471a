#!/usr/bin/env node
import module from 'node:module';
import { COMPILE_CACHE_FOLDER } from './package-folders.js';

/** After this time, what a start compiles is compiled: a server that is killed couldn't keep the result otherwise. */
const FLUSH_DELAY_MS = 5_000;

// Node 20 has no cache, and the types are those of Node 20.
const { enableCompileCache, flushCompileCache } = module as typeof module & CompileCache;
enableCompileCache?.(COMPILE_CACHE_FOLDER);
setTimeout(() => flushCompileCache?.(), FLUSH_DELAY_MS).unref();

// A static import would be compiled before the cache is there.
const { runInProcess } = await import('./cli.js');
await runInProcess();

interface CompileCache {
  enableCompileCache?: (folder: string) => unknown;
  flushCompileCache?: () => void;
}
