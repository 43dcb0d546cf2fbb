import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyScanner, type Framing } from '../../src/wire/body-scanner.ts';

/** Scans `bytes` cut at `cuts`; answers where the body ended and its content. */
function scan(framing: Framing, bytes: Buffer, cuts: readonly number[]) {
  const scanner = new BodyScanner(framing);
  const content: Buffer[] = [];
  const edges = [...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  let from = 0;
  let end = 0;
  let stopsEarly = false;
  for (const to of edges) {
    const piece = bytes.subarray(from, to);
    const stopped = scanner.scan(piece, 0, piece.length, (a, b) => content.push(piece.subarray(a, b)));
    stopsEarly ||= !scanner.done && !scanner.malformed && stopped < piece.length;
    end = from + stopped;
    if (scanner.done || scanner.malformed) break;
    from = to;
  }
  expect(stopsEarly).toBe(false);
  return { end, done: scanner.done, malformed: scanner.malformed, content: Buffer.concat(content).toString('latin1') };
}

const chunks = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 40 }), fc.constantFrom('', ';a=b', ' ;x')), {
  maxLength: 6,
});
const trailers = fc.constantFrom('', 'X-T: 1\r\n', 'X-T: 1\r\nX-U: 2\r\n');
const cuts = fc.array(fc.nat(), { maxLength: 8 });

test('finds the end and the content of any chunked body, however it is cut', () => {
  fc.assert(
    fc.property(chunks, trailers, cuts, fc.string(), (chunks, trailers, cuts, after) => {
      const body = chunks
        .map(([text, extension]) => `${Buffer.byteLength(text).toString(16)}${extension}\r\n${text}\r\n`)
        .join('');
      const bytes = Buffer.from(`${body}0\r\n${trailers}\r\n`);
      const content = Buffer.from(chunks.map(([text]) => text).join('')).toString('latin1');
      const whole = Buffer.concat([bytes, Buffer.from(after)]);
      expect(scan({ kind: 'chunked' }, whole, cuts)).toEqual({
        end: bytes.length,
        done: true,
        malformed: false,
        content,
      });
    }),
  );
});

test('gives the same verdict on any bytes, however they are cut', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f;\r\nx ]{0,40}$/), cuts, (text, cuts) => {
      const bytes = Buffer.from(text);
      expect(scan({ kind: 'chunked' }, bytes, cuts)).toEqual(scan({ kind: 'chunked' }, bytes, []));
    }),
  );
});

test.for(['x\r\n', '\r\n', '5\nhello', '5\r\nhelloX', 'fffffffffffff\r\n', '1;\n', '0\r\n\n', '3\r\nabc\n'])(
  'calls the chunked body %j malformed',
  (text) => {
    expect(scan({ kind: 'chunked' }, Buffer.from(text), [])).toMatchObject({ malformed: true, done: false });
  },
);

test('ends a body of known length at its last byte', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(50), cuts, (length, more, cuts) => {
      const result = scan({ kind: 'length', length }, Buffer.alloc(length + more, 97), cuts);
      expect(result).toEqual({
        end: length === 0 ? 0 : length,
        done: true,
        malformed: false,
        content: 'a'.repeat(length),
      });
    }),
  );
});
