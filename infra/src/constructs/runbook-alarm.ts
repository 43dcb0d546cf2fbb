import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import type { Switches } from '../switches.ts';

/** Headings in docs/operations.md, as anchors. */
type Runbook =
  | 'target-errors'
  | 'load-balancer-errors'
  | 'slow-responses'
  | 'unhealthy-targets'
  | 'too-few-tasks'
  | 'memory'
  | 'rejected-flows'
  | 'nat-port-allocation';

export interface RunbookAlarmProps {
  /** One sentence: what is wrong when it rings. */
  readonly meaning: string;
  /** What to do then. */
  readonly runbook: Runbook;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods that are looked at. @default 3 */
  readonly periods?: number;
  /** How many of those must be over the threshold. @default all */
  readonly datapoints?: number;
}

/** The period of every metric that an alarm or a graph looks at. */
export const metricPeriod = Duration.minutes(1);

/** The operations guide, or one of its entries: a link where a switch says where it is read, else the file's name. */
export function operationsGuide({ node }: IConstruct, entry?: Runbook): string {
  const docsUrl = node.tryGetContext('docsUrl') as Switches['docsUrl'];
  const file = docsUrl === undefined ? 'docs/operations.md' : `${docsUrl.replace(/\/+$/, '')}/operations.md`;
  return entry === undefined ? file : `${file}#${entry}`;
}

/** An alarm that says in its description what it means and where it is written what to do. Silence is no alarm. */
export class RunbookAlarm extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    const { meaning, runbook, metric, threshold, periods = 3 } = props;
    this.alarm = new Alarm(this, 'Alarm', {
      alarmDescription: `${meaning} See ${operationsGuide(this, runbook)}`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: props.datapoints ?? periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
