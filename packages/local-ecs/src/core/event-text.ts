/** What ECS writes into a service's events. Wording as seen in real services' events. */
const ids = (taskIds: readonly string[]): string => taskIds.map((id) => `(task ${id})`).join(' ');

export const eventText = {
  started: (service: string, taskIds: readonly string[]): string =>
    `(service ${service}) has started ${taskIds.length} tasks: ${ids(taskIds)}.`,
  stopped: (service: string, taskIds: readonly string[]): string =>
    `(service ${service}) has stopped ${taskIds.length} running tasks: ${ids(taskIds)}.`,
  registered: (service: string, count: number, targetGroupArn: string): string =>
    `(service ${service}) registered ${count} targets in (target-group ${targetGroupArn})`,
  deregistered: (service: string, count: number, targetGroupArn: string): string =>
    `(service ${service}) deregistered ${count} targets in (target-group ${targetGroupArn})`,
  draining: (service: string, deploymentId: string, count: number): string =>
    `(service ${service}, taskSet ${deploymentId}) has begun draining connections on ${count} tasks.`,
  steady: (service: string): string => `(service ${service}) has reached a steady state.`,
  deploymentCompleted: (service: string, deploymentId: string): string =>
    `(service ${service}) (deployment ${deploymentId}) deployment completed.`,
  deploymentFailed: (service: string, deploymentId: string): string =>
    `(service ${service}) (deployment ${deploymentId}) deployment failed: tasks failed to start.`,
  rollingBack: (service: string, deploymentId: string): string =>
    `(service ${service}) rolling back to deployment ${deploymentId}.`,
  impaired: (service: string): string =>
    `(service ${service}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
  targetUnhealthy: (service: string, port: number, targetGroupArn: string, reason: string): string =>
    `(service ${service}) (port ${port}) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${reason})`,
  containerUnhealthy: (service: string, taskId: string): string =>
    `(service ${service}) (task ${taskId}) failed container health checks.`,
  unplaced: (service: string, reason: string): string =>
    `(service ${service}) was unable to place a task. Reason: ${reason}`,
  unplacedOnInstances: (service: string, refusal: string): string =>
    `(service ${service}) was unable to place a task because ${refusal}`,
  instanceRegistered: (service: string, count: number, loadBalancer: string): string =>
    `(service ${service}) registered ${count} instances in (elb ${loadBalancer})`,
  instanceDeregistered: (service: string, count: number, loadBalancer: string): string =>
    `(service ${service}) deregistered ${count} instances in (elb ${loadBalancer})`,
};
