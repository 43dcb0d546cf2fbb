import { readFile } from 'node:fs/promises';

import { parseBlueprint } from '@switchyard/blueprint';
import type { Blueprint } from '@switchyard/blueprint';

import { ComposeError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What every container of the lab is told. */
export interface Settings {
  readonly blueprint: Blueprint;
  readonly environment: Environment;
}

/** Reads the blueprint that the `BLUEPRINT` variable names. */
export async function loadSettings(environment: Environment): Promise<Settings> {
  const file = requiredOf(environment, 'BLUEPRINT');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ComposeError(
      'COMPOSE_BLUEPRINT_UNREADABLE',
      `The blueprint ${file} cannot be read (${(error as NodeJS.ErrnoException).code}): docker-compose.yml mounts infra/blueprint.json there.`,
    );
  });
  return { blueprint: parseBlueprint(text), environment };
}

/** @throws ComposeError COMPOSE_VARIABLE_MISSING */
export function requiredOf(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '')
    throw new ComposeError(
      'COMPOSE_VARIABLE_MISSING',
      `The environment variable ${name} is missing: docker-compose.yml sets it.`,
    );
  return value;
}

/** @throws ComposeError COMPOSE_PORT_INVALID */
export function portOf(environment: Environment, name: string): number {
  const text = requiredOf(environment, name);
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new ComposeError(
      'COMPOSE_PORT_INVALID',
      `${name} is "${text}", but a port is a whole number from 0 to 65535.`,
    );
  return port;
}
