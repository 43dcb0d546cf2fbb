import { readFile } from 'node:fs/promises';

import { parseBlueprint } from '@switchyard/blueprint';
import type { Blueprint, Container, Service } from '@switchyard/blueprint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

/** The members of docker-compose.yml that these tests read. */
interface ComposeService {
  readonly image: string;
  readonly pull_policy: string;
  readonly init: boolean;
  readonly build?: { readonly context: string; readonly args: Readonly<Record<string, string>> };
  readonly develop?: { readonly watch: readonly { readonly action: string; readonly path: string }[] };
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly scale?: number;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly stop_grace_period: string;
  readonly healthcheck?: { readonly test: readonly string[]; readonly timeout: string; readonly retries: number };
  readonly ports?: readonly string[];
  readonly networks: readonly string[] | Readonly<Record<string, { readonly aliases?: readonly string[] } | null>>;
  readonly dns?: readonly string[];
}

const root = new URL('../../../', import.meta.url);
const text = await readFile(new URL('docker-compose.yml', root), 'utf8');
const { services, networks } = parse(text, { merge: true }) as {
  services: Readonly<Record<string, ComposeService>>;
  networks: Readonly<Record<string, object>>;
};
const blueprint = parseBlueprint(await readFile(new URL('infra/blueprint.json', root), 'utf8'));
const standIns = ['load-balancer', 'cloud-map', 'service-connect', 'ecs'];

/** What ECS gives every task, and what leads the AWS SDK to the stand-ins: in no task definition. */
const given = [
  'ECS_CONTAINER_METADATA_URI_V4',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_ENDPOINT_URL_SERVICEDISCOVERY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
];

test('runs the blueprint’s services and the stand-ins, nothing else', () => {
  expect(Object.keys(services).toSorted()).toEqual(
    [...blueprint.services.map(({ name }) => name), ...standIns].toSorted(),
  );
});

describe.each(blueprint.services.map((service) => ({ name: service.name, service })))('$name', ({ name, service }) => {
  const compose = composeServiceOf(name);
  const container = containerOf(service, blueprint);

  test('has the task definition’s environment, and beside it only what ECS gives', () => {
    const own = Object.entries(compose.environment).filter(([variable]) => !given.includes(variable));
    expect(Object.fromEntries(own)).toEqual(container.environment);
    expect(Object.keys(compose.environment)).toEqual(expect.arrayContaining(given));
    expect(compose.environment).toMatchObject({ AWS_REGION: blueprint.region, AWS_DEFAULT_REGION: blueprint.region });
  });

  test('is built as the image that goes to AWS', () => {
    if (container.image.kind !== 'asset') throw new Error('The blueprint’s image is built from this repository.');
    const { directory, buildArgs, target } = container.image;
    expect(compose.build).toEqual({ context: directory, args: buildArgs, ...(target !== undefined && { target }) });
    expect(compose.command).toEqual(container.command);
  });

  test('runs as many times as ECS runs it', () => {
    expect(compose.scale).toBe(service.desiredCount);
  });

  test('is checked by the task definition’s command, with its timeout and retries', () => {
    expect(compose.healthcheck).toMatchObject({
      test: container.healthCheck?.command,
      timeout: `${container.healthCheck?.timeoutSeconds}s`,
      retries: container.healthCheck?.retries,
    });
  });

  test('has as long to stop, and as little to write to', () => {
    expect(compose.stop_grace_period).toBe(`${container.stopTimeoutSeconds}s`);
    expect(compose.read_only).toBe(container.readonlyRootFilesystem);
    expect(compose.cap_drop).toEqual(['ALL']);
  });

  test('is rebuilt for its own sources alone while Compose watches', () => {
    const { context, args } = compose.build ?? { context: '', args: {} };
    const path = `${context.replace(/\/$/, '')}/${args['TARGET']}/src`;
    expect(compose.develop).toEqual({ watch: [{ action: 'rebuild', path: path.replace(/^(?!\.)/, './') }] });
  });

  test('publishes no port and is in the private network alone', () => {
    expect(compose.ports).toBeUndefined();
    expect(compose.networks).toEqual(['private']);
  });

  test('finds Service Connect by every alias that its peers offer', () => {
    const aliases = blueprint.services.flatMap(({ serviceConnect }) =>
      (serviceConnect?.services ?? []).flatMap(({ clientAliases }) => clientAliases.map(({ dnsName }) => dnsName)),
    );
    expect(aliasesOf('service-connect').toSorted()).toEqual(aliases.toSorted());
  });
});

test('the AWS endpoint answers to the names that the SDK makes of its address', () => {
  const [service] = blueprint.services;
  const url = new URL(composeServiceOf(service?.name ?? '').environment['AWS_ENDPOINT_URL_SERVICEDISCOVERY'] ?? '');
  expect(aliasesOf('ecs')).toEqual([url.hostname, `data-${url.hostname}`]);
  expect(url.port).toBe(composeServiceOf('ecs').environment['API_PORT']);
});

test('whatever is published is published on this machine only', () => {
  const published = Object.values(services).flatMap(({ ports = [] }) => ports);
  expect(published).toHaveLength(4);
  for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test.each(standIns)('%s runs from the one image of all stand-ins, without privileges', (name) => {
  expect(composeServiceOf(name)).toMatchObject({
    image: 'switchyard/stand-ins',
    command: ['node', 'src/main.ts', name],
    read_only: true,
    cap_drop: ['ALL'],
  });
});

test('the stand-ins’ image is built once, so that its name means one image', () => {
  const built = standIns.flatMap((name) => composeServiceOf(name).build ?? []);
  expect(built).toEqual([{ context: '.', args: { TARGET: 'packages/compose' } }]);
});

test.each(Object.keys(services))('%s is never pulled, has an init process, and says when it is healthy', (name) => {
  const { pull_policy: pullPolicy, init, healthcheck } = composeServiceOf(name);
  expect({ pullPolicy, init }).toEqual({ pullPolicy: 'never', init: true });
  expect(healthcheck?.test.slice(0, 2)).toEqual(['CMD', 'node']);
});

test('the private network has no way out, and no address of this machine in it', () => {
  expect(networks['private']).toMatchObject({
    internal: true,
    driver_opts: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
  });
});

function composeServiceOf(name: string): ComposeService {
  const found = services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}.`);
  return found;
}

function containerOf({ taskDefinition, name }: Service, { taskDefinitions }: Blueprint): Container {
  const containers = taskDefinitions.find((each) => each.name === taskDefinition)?.containers ?? [];
  const found = containers.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The blueprint has no container ${name}.`);
  return found;
}

function aliasesOf(name: string): readonly string[] {
  const { networks } = composeServiceOf(name);
  return 'private' in networks ? (networks['private']?.aliases ?? []) : [];
}
