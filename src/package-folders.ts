import { fileURLToPath } from 'node:url';

// This file has to stay at the top of src/: the path from there is the same as from the bundles in dist/.
export const PUBLIC_FOLDER = fileURLToPath(new URL('../public/', import.meta.url));
export const VIEWS_FOLDER = fileURLToPath(new URL('../views/', import.meta.url));
/** Node's own choice for what it compiled is a folder where other users could leave code for us to run. */
export const COMPILE_CACHE_FOLDER = fileURLToPath(new URL('../.compile-cache/', import.meta.url));
