import { X509Certificate, createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { selfSignedCertificate } from '../../src/tls/self-signed-certificate.ts';

const now = new Date('2026-03-01T12:00:00Z');

test('makes a certificate that its own key has signed, for the name', () => {
  const { key, cert } = selfSignedCertificate('worker', now);
  const certificate = new X509Certificate(cert);
  expect(certificate.subject).toBe('CN=worker');
  expect(certificate.issuer).toBe('CN=worker');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
});

test('makes it valid from now for ten years', () => {
  const certificate = new X509Certificate(selfSignedCertificate('worker', now).cert);
  expect(certificate.validFromDate).toEqual(now);
  expect(certificate.validToDate).toEqual(new Date(now.getTime() + 3650 * 86_400_000));
});

test('makes another key and serial number each time', () => {
  const [one, other] = [1, 2].map(() => new X509Certificate(selfSignedCertificate('worker', now).cert));
  expect(one?.serialNumber).not.toBe(other?.serialNumber);
  expect(one?.publicKey.equals(other!.publicKey)).toBe(false);
});

test('cuts a name that is too long', () => {
  const { subject } = new X509Certificate(selfSignedCertificate('w'.repeat(300), now).cert);
  expect(subject).toBe(`CN=${'w'.repeat(64)}`);
});
