import { fileURLToPath } from 'node:url';

// This file has to stay at the top of src/: the path from there is the same as from the bundles in dist/.
export const PUBLIC_FOLDER = fileURLToPath(new URL('../public/', import.meta.url));
export const VIEWS_FOLDER = fileURLToPath(new URL('../views/', import.meta.url));
/**
 * Node keeps what it compiled here. Its own choice would be the folder for temporary files, where other users of the
 * machine could leave a cache for us to run.
 */
export const COMPILE_CACHE_FOLDER = fileURLToPath(new URL('../.compile-cache/', import.meta.url));
