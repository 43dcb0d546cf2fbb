import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceOf, traceRoot } from '../../src/trace/trace-id.ts';

const NEW_ROOT = '1-00000001-00000000000000000000000a';
const ROOT = '1-67891233-abcdef012345678912345678';
const makeRoot = (): string => NEW_ROOT;

test('keeps a trace with everything that came with it', () => {
  const header = `Self=1-67891234-12456789abcdef0123456789;Root=${ROOT};CalledFrom=app`;
  expect(traceOf(header, makeRoot)).toEqual({ root: ROOT, header });
});

test('begins a trace when there is none', () => {
  expect(traceOf(undefined, makeRoot)).toEqual({ root: NEW_ROOT, header: `Root=${NEW_ROOT}` });
});

test('begins a trace in front of the fields of a header without a root', () => {
  expect(traceOf('CalledFrom=app', makeRoot).header).toBe(`Root=${NEW_ROOT};CalledFrom=app`);
});

test('writes a root as the load balancer does', () => {
  expect(traceRoot(0x67_89_12_33, 'abcdef012345678912345678')).toBe(ROOT);
});

test('answers any header with a root that is one, in a header that carries it', () => {
  const fields = fc.oneof(
    fc.string(),
    fc.constant(`Root=${ROOT}`),
    fc.constant('Root=evil'),
    fc.string({ maxLength: 9 }),
  );
  fc.assert(
    fc.property(fc.array(fields), (parts) => {
      const trace = traceOf(parts.join(';'), makeRoot);
      expect(trace.root).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
      expect(trace.header).toContain(`Root=${trace.root}`);
      expect(traceOf(trace.header, () => 'none').root).toBe(trace.root);
    }),
  );
});
