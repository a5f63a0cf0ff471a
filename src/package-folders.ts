import { fileURLToPath } from 'node:url';

// This file stays at the top of src/: from there, and from the bundles in dist/, the way is the same.
export const PUBLIC_FOLDER = fileURLToPath(new URL('../public/', import.meta.url));
export const VIEWS_FOLDER = fileURLToPath(new URL('../views/', import.meta.url));
