import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { flowFields } from './flow-record.ts';

export interface SavedQueriesProps {
  readonly flowLogs: ILogGroup;
  /** One for each service. */
  readonly serviceLogs: readonly ILogGroup[];
  /** Of Service Connect's proxies. */
  readonly proxyLogs: ILogGroup;
}

/** Takes a flow record apart: a custom format has no fields that Logs Insights would know. */
const parseFlow = `@message "${flowFields.map(() => '*').join(' ')}" as ${flowFields.map(columnOf).join(', ')}`;

/** Questions to ask in CloudWatch Logs Insights, in the folder `switchyard`. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { flowLogs, serviceLogs, proxyLogs }: SavedQueriesProps) {
    super(scope, id);
    this.#save('rejected-flows', [flowLogs], {
      parseStatements: [parseFlow],
      filterStatements: ['action = "REJECT"'],
      statsStatements: ['count(*) as flows by srcaddr, dstaddr, dstport, flow_direction, ecs_service_name'],
      sort: 'flows desc',
      limit: 50,
    });
    this.#save('top-talkers', [flowLogs], {
      parseStatements: [parseFlow],
      filterStatements: ['action = "ACCEPT"'],
      statsStatements: ['sum(bytes) as total by pkt_srcaddr, pkt_dstaddr, pkt_dst_aws_service, ecs_service_name'],
      sort: 'total desc',
      limit: 50,
    });
    this.#save('slow-requests-by-hop', serviceLogs, {
      filterStatements: ['msg = "request"'],
      statsStatements: [
        'count(*) as requests, pct(ms, 50) as p50, pct(ms, 99) as p99, max(ms) as slowest by service, method',
      ],
      sort: 'p99 desc',
    });
    this.#save('one-request-by-trace-id', serviceLogs, {
      fields: ['@timestamp', 'service', 'method', 'url', 'status', 'ms', 'requestId'],
      filterStatements: ['traceId = "PUT-THE-TRACE-ID-HERE"'],
      sort: '@timestamp asc',
      limit: 200,
    });
    this.#save('service-connect-calls', [proxyLogs], {
      filterStatements: ['ispresent(duration_ms)'],
      statsStatements: [
        'count(*) as calls, pct(duration_ms, 50) as p50, pct(duration_ms, 99) as p99 by authority, response_code',
      ],
      sort: 'p99 desc',
    });
  }

  #save(name: string, logGroups: readonly ILogGroup[], query: ConstructorParameters<typeof QueryString>[0]): void {
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new QueryDefinition(this, name, {
      queryDefinitionName: `switchyard/${name}`,
      queryString: new QueryString(query),
      logGroups: [...logGroups],
    });
  }
}

/** A flow log field's name as Logs Insights and metric filters can write it. */
export function columnOf(field: string): string {
  return field.replaceAll('-', '_');
}
