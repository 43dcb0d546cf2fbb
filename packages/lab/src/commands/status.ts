import { asked, buildLabClient, endpointUrlOf } from '../client/lab-client.ts';
import { labState } from '../client/lab-state.ts';
import type { Context } from '../context.ts';
import { statusReport } from '../report/status-report.ts';

export interface EndpointOptions {
  readonly endpointUrl?: string;
  readonly json?: boolean;
}

/** `lab status`: services, tasks, targets and Cloud Map instances, side by side. */
export async function status(options: EndpointOptions, context: Context): Promise<void> {
  using client = buildLabClient(endpointUrlOf(options.endpointUrl, context.environment));
  const state = await asked(client, labState);
  if (options.json === true) context.print(JSON.stringify(state, undefined, 2));
  else statusReport(state, context.colors).forEach(context.print);
}
