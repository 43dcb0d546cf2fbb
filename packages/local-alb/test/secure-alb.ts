import { selfSignedCertificate } from '../src/effects/self-signed-certificate.ts';
import { forwardTo, listener, loadBalancer, rule, startTestAlb, type TestAlb, type TestAlbOptions } from './fixture.ts';

/** A certificate for `shop.test`. */
export const tls = selfSignedCertificate(['shop.test', '127.0.0.1'], new Date());

/** A load balancer with one HTTPS listener that forwards everything to the group `web`. */
export async function startSecureAlb(
  attributes: Record<string, string> = {},
  options: TestAlbOptions = {},
): Promise<TestAlb> {
  const balancer = loadBalancer(
    [listener([rule('default', forwardTo('web'))], { port: 443, protocol: 'HTTPS', certificateArns: ['arn:cert'] })],
    attributes,
  );
  return await startTestAlb({
    ...options,
    loadBalancer: balancer,
    listeners: [{ port: 443, host: '127.0.0.1', localPort: 0, tls }],
  });
}
