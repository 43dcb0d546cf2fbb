import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { labErrors } from '../errors.ts';

const notWritableCodes = new Set(['EACCES', 'EDQUOT', 'EEXIST', 'ENOENT', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS']);

/**
 * Writes beside the file and renames, so that a reader never sees half of it.
 * @throws LabError LAB_NOT_WRITABLE
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writing(file, async () => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, text);
    await rename(draft, file);
  });
}

/**
 * Does what writes to `path`.
 * @throws LabError LAB_NOT_WRITABLE where the file system refuses
 */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw notWritableCodes.has(code) ? labErrors.notWritable(path, code) : error;
  }
}
