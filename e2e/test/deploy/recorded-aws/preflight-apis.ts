import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';

import type { RecordedAccount } from './account.ts';
import { recordedOperations } from './recorded-operations.ts';

/** Service Quotas, CloudWatch and Certificate Manager, which only the checks before a deployment ask. */
export function preflightApis(account: RecordedAccount): AwsApi[] {
  const recorded = recordedOperations(account);
  return [
    {
      service: 'servicequotas',
      protocol: { kind: 'json-1.1', targetPrefix: 'ServiceQuotasV20190624' },
      operations: recorded('servicequotas', quotaOperations(account)),
    },
    {
      service: 'monitoring',
      protocol: { kind: 'json-1.1', targetPrefix: 'GraniteServiceVersion20100801' },
      operations: recorded('cloudwatch', metricOperations(account)),
    },
    {
      service: 'acm',
      protocol: { kind: 'json-1.1', targetPrefix: 'CertificateManager' },
      operations: recorded('acm', certificateOperations(account)),
    },
  ];
}

/** As AWS answers: the metric's dimensions say what is counted. Here they are the quota's code, by which the metric finds it again. */
function quotaOperations({ quotas, usage }: RecordedAccount): AwsApi['operations'] {
  return {
    GetServiceQuota: ({ ServiceCode, QuotaCode }) => {
      const code = String(QuotaCode);
      const Value = quotas[code];
      if (Value === undefined)
        throw new AwsApiError(
          'AccessDeniedException',
          'User is not authorized to perform: servicequotas:GetServiceQuota',
        );
      const UsageMetric = {
        MetricNamespace: 'AWS/Usage',
        MetricName: 'ResourceCount',
        MetricDimensions: { Type: 'Resource', Resource: code },
        MetricStatisticRecommendation: 'Maximum',
      };
      return { Quota: { ServiceCode, QuotaCode, Value, ...(usage[code] === undefined ? {} : { UsageMetric }) } };
    },
  };
}

function metricOperations({ usage }: RecordedAccount): AwsApi['operations'] {
  return {
    GetMetricStatistics: ({ Dimensions, EndTime }) => {
      const dimensions = Dimensions as readonly { readonly Name: string; readonly Value: string }[];
      const Maximum = usage[dimensions.find(({ Name }) => Name === 'Resource')?.Value ?? ''] ?? 0;
      const at = (minutesAgo: number) => new Date(Number(EndTime) * 1000 - minutesAgo * 60_000);
      return {
        Label: 'ResourceCount',
        // CloudWatch sorts nothing; ten minutes ago more ran.
        Datapoints: [
          { Timestamp: at(5), Maximum },
          { Timestamp: at(10), Maximum: Maximum + 100 },
        ],
      };
    },
  };
}

function certificateOperations({ certificates }: RecordedAccount): AwsApi['operations'] {
  return {
    DescribeCertificate: ({ CertificateArn }) => {
      const certificate = certificates[String(CertificateArn)];
      if (certificate === undefined)
        throw new AwsApiError('ResourceNotFoundException', `Could not find certificate ${String(CertificateArn)}.`);
      const { status, names } = certificate;
      return { Certificate: { CertificateArn, Status: status, DomainName: names[0], SubjectAlternativeNames: names } };
    },
  };
}
