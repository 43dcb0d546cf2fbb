import { fileURLToPath } from 'node:url';

/** The repository's root, with a trailing slash left off. */
export const workspaceRoot = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
