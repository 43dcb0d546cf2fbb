import type { RecordedAccount } from './account.ts';
import type { Answer } from './rest-server.ts';

const namespace = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"';

/** Route 53 GetHostedZone. */
export function route53Answer(account: RecordedAccount, id: string): Answer {
  account.calls.push(`route53:GetHostedZone ${id}`);
  if (account.denied.includes('route53:GetHostedZone'))
    return failed(403, 'AccessDenied', 'User is not authorized to perform: route53:GetHostedZone');
  const zone = account.hostedZones[id];
  if (zone === undefined) return failed(404, 'NoSuchHostedZone', `No hosted zone found with ID: ${id}`);
  return {
    status: 200,
    body: `<GetHostedZoneResponse ${namespace}><HostedZone><Id>/hostedzone/${id}</Id><Name>${zone.name}.</Name><CallerReference>1</CallerReference><Config><PrivateZone>${zone.isPrivate === true}</PrivateZone></Config></HostedZone></GetHostedZoneResponse>`,
  };
}

function failed(status: number, code: string, message: string): Answer {
  return {
    status,
    body: `<ErrorResponse ${namespace}><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  };
}
