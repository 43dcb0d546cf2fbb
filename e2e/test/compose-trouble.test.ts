import { expect, test } from 'vitest';

import { composeTroubleOf } from './compose/compose-lab.ts';

test.each(['2.22.0', 'v2.26.1-4', '2.40.3-desktop.1', '5.0.0'])('Compose %s runs the lab', (version) => {
  expect(composeTroubleOf({ code: 0, stdout: `${version}\n`, stderr: '' })).toBeUndefined();
});

test.each(['2.21.0', '1.29.2', 'v2.3.3', 'dev'])('Compose %s is too old, or says nothing of its age', (version) => {
  expect(composeTroubleOf({ code: 0, stdout: `${version}\n`, stderr: '' })).toBe(
    `Docker Compose is ${version}, and 2.22 is needed`,
  );
});

test('a docker command without Compose says so', () => {
  const stderr = "unknown flag: --short\nSee 'docker --help'.\n";
  expect(composeTroubleOf({ code: 125, stdout: '', stderr })).toBe('docker has no Compose plugin');
});
