import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the test run a temporary folder of its own, because the CDK never removes the assemblies that it writes. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-infra-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
