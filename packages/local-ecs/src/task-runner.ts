import type { TaskDefinition } from '@switchyard/blueprint';

/**
 * Where tasks come from. The scheduler asks for tasks and hears how they fare; it does not know what a task is made of. A runner
 * that watches tasks which something else starts gives the same answers.
 */
export interface TaskRunner {
  /** Resolves once the task's containers have been started, not when they are ready. Throws when they cannot be. */
  start(task: TaskToRun): Promise<RunningTask>;
}

export interface TaskToRun {
  readonly id: string;
  readonly service: string;
  readonly taskDefinition: TaskDefinition;
  readonly address: string;
  /** Where else than on its own ports the task is to listen, by container port; absent: nowhere. */
  readonly hostPorts?: Readonly<Record<number, number>>;
  /** What ECS adds to the containers' environment, by container name. */
  readonly environment: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Names beyond DNS: Service Connect aliases, and what the AWS endpoint answers for. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly onLog: (container: string, stream: 'stdout' | 'stderr', line: string) => void;
}

export interface RunningTask {
  /** By container name: the local process. */
  readonly processIds: Readonly<Record<string, number>>;
  /** Resolves when every mapped TCP port listens, or when the wait for that is over: then health checks decide. Never rejects. */
  readonly listening: Promise<void>;
  /** Mapped ports on which nothing listens yet, where the runner can tell. */
  silentPorts?(): readonly number[];
  /** Resolves when an essential container ends, whatever ended it. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /** SIGTERM to each container in reverse order, SIGKILL after its time; resolves when all are gone. Safe to call again: the shorter time holds. */
  stop(timeoutMsMax?: number): Promise<readonly ContainerExit[]>;
  /** Runs a container's health check command once inside the task's network. */
  probe(container: string, command: readonly string[], timeoutMs: number): Promise<boolean>;
}

export interface ContainerExit {
  readonly container: string;
  /** As Docker counts: 128 + the signal's number for a container that a signal ended. */
  readonly exitCode: number;
  /** What the process reported before it ended, in a sentence. */
  readonly reason?: string;
}
