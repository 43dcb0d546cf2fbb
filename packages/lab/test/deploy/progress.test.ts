import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { buildProgress, parseEventLine } from '../../src/deploy/cdk/progress.ts';

const at = '10:00:00 AM';

describe('parseEventLine', () => {
  it('reads the stack, the count, the status, the resource and the reason', () => {
    expect(
      parseEventLine(`Net |  3/24 | ${at} | CREATE_FAILED        | AWS::EC2::VPC | Net/Vpc (VpcB2) No room | here`),
    ).toEqual({
      stack: 'Net',
      done: 3,
      total: 24,
      status: 'CREATE_FAILED',
      type: 'AWS::EC2::VPC',
      what: 'Net/Vpc (VpcB2)',
      reason: 'No room | here',
    });
  });

  it('reads a count without a total, as a deletion has', () => {
    expect(parseEventLine(`Net |   3 | ${at} | DELETE_COMPLETE | AWS::EC2::VPC | Net/Vpc (VpcB2) `)).toMatchObject({
      done: 3,
      reason: '',
    });
    expect(parseEventLine(`Net |   3 | ${at} | DELETE_COMPLETE | AWS::EC2::VPC | Net/Vpc (VpcB2) `)).not.toHaveProperty(
      'total',
    );
  });

  it('reads the list of failures, which has no count', () => {
    expect(parseEventLine(`Net | 14:56:32 | CREATE_FAILED | AWS::EC2::VPC | Vpc (VpcB2) No room`)).toMatchObject({
      stack: 'Net',
      reason: 'No room',
    });
  });

  it('takes any text without throwing', () => {
    assert(
      property(string({ unit: 'grapheme' }), (line) => {
        const event = parseEventLine(line);
        expect(event === undefined || event.status.length > 0).toBe(true);
      }),
    );
  });
});

describe('buildProgress', () => {
  it('says a failure with its reason at once, and remembers the first', () => {
    const progress = buildProgress();
    progress.take(`Net | 1/3 | ${at} | CREATE_IN_PROGRESS | AWS::EC2::VPC | Vpc (VpcB2) `, 0);
    expect(progress.take(`Net | 1/3 | ${at} | CREATE_FAILED | AWS::EC2::VPC | Vpc (VpcB2) No room`, 1)).toEqual([
      '  ✗ Net: AWS::EC2::VPC Vpc (VpcB2): No room',
    ]);
    expect(progress.take(`Net | 1/3 | ${at} | CREATE_FAILED | AWS::EC2::EIP | Eip (EipC3) No address`, 2)).toEqual([
      '  ✗ Net: AWS::EC2::EIP Eip (EipC3): No address',
    ]);
    expect(progress.firstFailure()).toMatchObject({ type: 'AWS::EC2::VPC', reason: 'No room' });
  });

  it('keeps quiet about resources that stop because another one failed', () => {
    const progress = buildProgress();
    expect(
      progress.take(`Net | 1/3 | ${at} | CREATE_FAILED | AWS::EC2::EIP | Eip (EipC3) Resource creation cancelled`, 0),
    ).toEqual([]);
    expect(progress.firstFailure()).toBeUndefined();
  });

  it('says a failure once, although the CDK lists failures again at the end', () => {
    const progress = buildProgress();
    progress.take(`Net | 1/3 | ${at} | CREATE_FAILED | AWS::EC2::VPC | Vpc (VpcB2) No room`, 0);
    expect(progress.take(`Net | ${at} | CREATE_FAILED | AWS::EC2::VPC | Vpc (VpcB2) No room`, 1)).toEqual([]);
  });

  it('takes what keeps a stack from being deleted as the failure', () => {
    const progress = buildProgress();
    progress.take(`Net | 0 | ${at} | DELETE_FAILED | AWS::CloudFormation::Stack | Net Export is in use by Mine`, 0);
    expect(progress.firstFailure()).toMatchObject({ stack: 'Net', reason: 'Export is in use by Mine' });
  });

  it('says every ten seconds how far the stack is and what it waits for', () => {
    const progress = buildProgress();
    expect(progress.take('Net: deploying... [1/3]', 0)).toEqual(['Net: deploying (1 of 3)']);
    expect(
      progress.take(`Net | 1/9 | ${at} | CREATE_IN_PROGRESS | AWS::EC2::NatGateway | Nat (NatD4) `, 9_999),
    ).toEqual([]);
    expect(progress.take(`Net | 2/9 | ${at} | CREATE_COMPLETE | AWS::EC2::VPC | Vpc (VpcB2) `, 10_000)).toEqual([
      '  Net: 2 of 9 resources, waiting for Nat',
    ]);
    expect(progress.take(`Net | 3/9 | ${at} | CREATE_COMPLETE | AWS::EC2::EIP | Eip (EipC3) `, 19_999)).toEqual([]);
  });

  it('repeats the CDK’s complaint when no resource failed', () => {
    const progress = buildProgress();
    for (const line of ['✨  Synthesis time: 0.1s', '‣ BootstrapError: too old', 'see the log']) progress.take(line, 0);
    expect(progress.firstFailure()).toBeUndefined();
    expect(progress.complaint()).toBe('BootstrapError: too old');
  });
});
