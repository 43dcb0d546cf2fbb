import { expect, test } from 'vitest';

import { createCloudMapWatcher } from '../../src/effects/cloud-map-watcher.ts';

test('forgets those who waited in vain for a first list', async () => {
  const cloudMap = { endpointUrl: 'http://127.0.0.1:9', region: 'us-east-1' };
  await using watcher = createCloudMapWatcher({ cloudMap, pollIntervalMs: 60_000 });
  const watch = watcher.watch('mesh', 'api');
  const subscribe = watch.subscribe.bind(watch);
  let subscribers = 0;
  watch.subscribe = (onChange) => {
    const unsubscribe = subscribe(onChange);
    subscribers++;
    return () => {
      unsubscribe();
      subscribers--;
    };
  };

  const waits = Array.from({ length: 10 }, () => watch.firstList(1));
  expect(subscribers).toBe(10);
  await Promise.all(waits);

  expect(subscribers).toBe(0);
});
