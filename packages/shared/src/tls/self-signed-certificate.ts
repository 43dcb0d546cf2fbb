import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** In DER: the algorithm that signs, and the kind of name that the certificate carries. */
const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const YEAR_MS = 365 * 24 * 3600 * 1000;
/** In UTCTime a certificate of ten years can be written until 2039. */
const VALID_YEARS = 10;

/**
 * A new key and a certificate for it, both PEM, for a load balancer that encrypts but takes any certificate. It has no extensions and is
 * hence one of version 1 (RFC 5280, 4.1.2.1): a client that checks whom it speaks to has no use for it.
 *
 * @param name the subject; at most 64 characters of it are used
 */
export function selfSignedCertificate(name: string, now: Date): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, Buffer.from(name.slice(0, 64))))));
  const validity = der(0x30, utcTime(now), utcTime(new Date(now.getTime() + VALID_YEARS * YEAR_MS)));
  // A leading byte below 128 makes the number positive.
  const serial = der(0x02, Buffer.of(1), randomBytes(15));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const body = der(0x30, serial, ECDSA_WITH_SHA256, subject, validity, subject, spki);
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, privateKey));
  const certificate = der(0x30, body, ECDSA_WITH_SHA256, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** One value of ITU-T X.690: tag, length, contents of less than 64 KiB. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), body]);
}

function utcTime(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
}
