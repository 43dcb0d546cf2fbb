import type { ContainerExit, RunningTask } from '../task-runner.ts';

/** A task that something else started, told how it fares; to its life it looks like any other. */
export interface ObservedTask extends RunningTask {
  noteListening(): void;
  noteGone(): void;
  /** Its container goes on, but this task of it ends. */
  giveUp(): void;
}

/** `isServing` stands for the health check command, which only the container's engine could run. */
export function createObservedTask(container: string, isServing: () => boolean): ObservedTask {
  const listening = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const givenUp = Promise.withResolvers<void>();
  const exited = gone.promise.then((): ContainerExit => ({ container, exitCode: 0 }));
  return {
    processIds: {},
    listening: listening.promise,
    exited,
    noteListening: () => listening.resolve(),
    noteGone: () => gone.resolve(),
    giveUp: () => givenUp.resolve(),
    // Nobody here can stop it: it is waited for, unless somebody is in a hurry. How it ended is not known.
    async stop(timeoutMsMax) {
      if (timeoutMsMax === undefined) await Promise.race([gone.promise, givenUp.promise]);
      return [];
    },
    probe: async () => await Promise.resolve(isServing()),
  };
}
