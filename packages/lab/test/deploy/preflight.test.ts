import { describe, expect, it } from 'vitest';

import { mayCost } from '../../src/deploy/left-over.ts';
import { credentialsRemedy } from '../../src/deploy/preflight/credentials.ts';
import { checkContainerEngine, checkNode } from '../../src/deploy/preflight/machine.ts';

function awsError(name: string, message = 'said AWS'): Error {
  return Object.assign(new Error(message), { name });
}

describe('checkNode', () => {
  it('takes 24 and newer, and says what to do with an older one', () => {
    expect(checkNode('v24.0.0').state).toBe('ok');
    expect(checkNode('v26.1.0').state).toBe('ok');
    expect(checkNode('v20.20.2')).toMatchObject({
      state: 'failure',
      sentence: expect.stringContaining('run this through pnpm'),
    });
  });
});

describe('checkContainerEngine', () => {
  it('needs no engine when there is no image to build', async () => {
    expect((await checkContainerEngine(0, { CDK_DOCKER: '/nonexistent/engine' })).state).toBe('ok');
  });

  it('says which engines build images when there is none', async () => {
    expect(await checkContainerEngine(3, { CDK_DOCKER: '/nonexistent/engine' })).toMatchObject({
      state: 'failure',
      sentence:
        'There is no "/nonexistent/engine" here to build images with: install Docker, or set CDK_DOCKER to another engine (finch, podman).',
    });
  });

  it('says that an engine which does not answer has to be started', async () => {
    expect(await checkContainerEngine(3, { CDK_DOCKER: process.execPath })).toMatchObject({
      state: 'failure',
      sentence: expect.stringContaining('start it'),
    });
  });
});

describe('credentialsRemedy', () => {
  it.each([
    ['ExpiredToken', undefined, /have expired: log in again with "aws sso login"/],
    ['ExpiredTokenException', 'lab', /"aws sso login --profile lab"/],
    ['SSOTokenProviderFailure', 'lab', /login of the profile is over/],
    ['InvalidClientTokenId', undefined, /does not know these credentials/],
    ['SignatureDoesNotMatch', undefined, /check the access key and the secret/],
    [
      'CredentialsProviderError',
      undefined,
      /no credentials in the environment or the AWS configuration files: run "aws configure"/,
    ],
    ['CredentialsProviderError', 'lab', /no usable credentials in the profile "lab"/],
    ['TimeoutError', undefined, /check the network, the proxy and the region/],
  ])('says what to do about %s (profile %s)', (name, profile, expected) => {
    expect(credentialsRemedy(awsError(name), profile)).toMatch(expected);
  });

  it('is one line, whatever AWS says', () => {
    expect(credentialsRemedy(awsError('Strange', 'first.\nsecond.'), undefined)).not.toContain('\n');
  });
});

describe('mayCost', () => {
  it.each([
    ['arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/x/1', true],
    ['arn:aws:ec2:us-east-1:111122223333:natgateway/nat-1', true],
    ['arn:aws:s3:::bucket', true],
    ['arn:aws:logs:us-east-1:111122223333:log-group:x', true],
    ['arn:aws:ecs:us-east-1:111122223333:task-definition/api:1', false],
    ['arn:aws:ec2:us-east-1:111122223333:security-group/sg-1', false],
  ])('%s → %s', (arn, expected) => {
    expect(mayCost(arn)).toBe(expected);
  });
});
