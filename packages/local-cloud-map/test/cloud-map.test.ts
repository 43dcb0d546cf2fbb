import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { startLocalCloudMap } from '../src/index.ts';
import { api, dnsNamespace, startTestLab } from './lab.ts';

const options = {
  namespaces: [dnsNamespace],
  discoveryServices: [api],
  region: 'us-east-1',
  accountId: '000000000000',
  dns: { host: '127.0.0.1', port: 0 },
};

describe('startLocalCloudMap', () => {
  test('opens DNS on one port for UDP and TCP', async () => {
    await using cloudMap = await startLocalCloudMap(options);
    const { port } = cloudMap.dns;
    for (const dns of [{ host: '127.0.0.1', port }]) {
      await expect(startLocalCloudMap({ ...options, dns })).rejects.toMatchObject({
        code: 'LOCAL_CLOUD_MAP_PORT_TAKEN',
        message: expect.stringContaining(`Port ${port} `),
      });
    }
  });

  test('gives the UDP port back when TCP is taken', async () => {
    await using lab = await startTestLab();
    const taken = Number(new URL(lab.endpointUrl).port);
    const dns = { host: '127.0.0.1', port: taken };
    await expect(startLocalCloudMap({ ...options, dns })).rejects.toMatchObject({ code: 'LOCAL_CLOUD_MAP_PORT_TAKEN' });
    const socket = createSocket('udp4');
    socket.bind(taken, '127.0.0.1');
    await once(socket, 'listening');
    expect(socket.address().port).toBe(taken);
    socket.close();
  });

  test('says why it cannot listen on an address that is not here', async () => {
    const dns = { host: '192.0.2.1', port: 0 };
    await expect(startLocalCloudMap({ ...options, dns })).rejects.toMatchObject({
      code: 'LOCAL_CLOUD_MAP_LISTEN_FAILED',
    });
  });

  test('refuses a service in a namespace that is not given', async () => {
    await expect(startLocalCloudMap({ ...options, namespaces: [] })).rejects.toMatchObject({
      code: 'LOCAL_CLOUD_MAP_OPTIONS_INVALID',
      message: expect.stringContaining('api.switchyard.internal'),
    });
  });

  test('refuses a static record that is no IPv4 address', async () => {
    const dns = { ...options.dns, records: { 'x.test': 'localhost' } };
    await expect(startLocalCloudMap({ ...options, dns })).rejects.toMatchObject({
      code: 'LOCAL_CLOUD_MAP_OPTIONS_INVALID',
    });
  });

  test('answers 3,000 DiscoverInstancesRevision requests a second and refuses more', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      await using cloudMap = await startLocalCloudMap(options);
      const input = { NamespaceName: 'switchyard.internal', ServiceName: 'api' };
      const ask = () => cloudMap.api.operations['DiscoverInstancesRevision']!(input);
      for (let second = 0; second < 2; second++) {
        for (let request = 0; request < 3000; request++) void ask();
        expect(ask).toThrow(expect.objectContaining({ code: 'RequestLimitExceeded' }));
        vi.setSystemTime(Date.now() + 1000);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  test('refuses more DiscoverInstances requests than the quota allows', async () => {
    await using cloudMap = await startLocalCloudMap(options);
    const discover = () =>
      cloudMap.api.operations['DiscoverInstances']!({ NamespaceName: 'switchyard.internal', ServiceName: 'api' });
    expect(() => {
      for (let request = 0; request < 100_000; request++) void discover();
    }).toThrow(expect.objectContaining({ code: 'RequestLimitExceeded' }));
  });
});
