import type { RecordedAccount } from './account.ts';

/** The interface endpoints of the region, as EC2 DescribeVpcEndpointServices has them; whoever asks picks out the ones that it named. */
export function endpointServices({ endpoints, region }: RecordedAccount): string {
  const items = Object.entries(endpoints).map(
    ([name, takesPolicy]) =>
      `<item><serviceName>com.amazonaws.${region}.${name}</serviceName><vpcEndpointPolicySupported>${takesPolicy}</vpcEndpointPolicySupported></item>`,
  );
  return `<serviceDetailSet>${items.join('')}</serviceDetailSet>`;
}
