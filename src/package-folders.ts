import { fileURLToPath } from 'node:url';

// This file has to stay at the top of src/: the path from there is the same as from the bundles in dist/.
export const PUBLIC_FOLDER = fileURLToPath(new URL('../public/', import.meta.url));
export const VIEWS_FOLDER = fileURLToPath(new URL('../views/', import.meta.url));
