import * as fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { escapeXml, printXmlError, printXmlOutput } from '../../src/wire/xml.ts';

const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false, trimValues: false });
const namespace = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/';

describe('printXmlOutput', () => {
  test('wraps the members in the result and response of the operation', () => {
    const output = { Names: ['a', 'b'], Enabled: true, Port: 80, At: new Date(0), Absent: undefined, None: null };
    expect(printXmlOutput('Describe', output, namespace, 'id-1')).toBe(
      `<DescribeResponse xmlns="${namespace}"><DescribeResult>` +
        '<Names><member>a</member><member>b</member></Names><Enabled>true</Enabled><Port>80</Port>' +
        '<At>1970-01-01T00:00:00.000Z</At></DescribeResult>' +
        '<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DescribeResponse>',
    );
  });

  test('stays well-formed XML for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(XMLValidator.validate(printXmlOutput('D', { Text: text }, namespace, 'id'))).toBe(true);
      }),
    );
  });

  test('gives text back as it was, where XML can carry it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '<', '>', '&', '"', "'", ']', 'é', '😀') });
    fc.assert(
      fc.property(text, (value) => {
        const parsed = parser.parse(printXmlOutput('D', { Text: value }, namespace, 'id'));
        expect(parsed.DResponse.DResult.Text).toBe(value);
      }),
    );
  });
});

describe('escapeXml', () => {
  test('replaces what XML 1.0 cannot carry', () => {
    expect(escapeXml('a\u0000\u001fb\ud800c\r\n')).toBe('a\ufffd\ufffdb\ufffdc&#xD;\n');
  });
});

describe('printXmlError', () => {
  test.each([
    [400, 'Sender'],
    [500, 'Receiver'],
  ])('says for status %i that the fault is with the %s', (status, type) => {
    const xml = printXmlError({ code: 'RuleNotFound', message: 'a < b', status }, namespace, 'id-2');
    expect(parser.parse(xml).ErrorResponse).toEqual({
      '@_xmlns': namespace,
      Error: { Type: type, Code: 'RuleNotFound', Message: 'a < b' },
      RequestId: 'id-2',
    });
  });
});
