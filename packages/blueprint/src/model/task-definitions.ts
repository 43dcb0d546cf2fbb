export interface TaskDefinition {
  /** The family; unique, hence the name. */
  readonly name: string;
  readonly revision: number;
  readonly arn: string;
  readonly networkMode: 'awsvpc' | 'bridge' | 'host' | 'none';
  /** CPU units (1024 = one vCPU). */
  readonly cpu?: number;
  /** MiB. */
  readonly memory?: number;
  /** Empty directories that live as long as the task. Absent: none. */
  readonly volumes?: readonly { readonly name: string }[];
  readonly containers: readonly Container[];
}

export interface Container {
  readonly name: string;
  readonly image: ContainerImage;
  readonly essential: boolean;
  readonly portMappings: readonly PortMapping[];
  readonly environment: Readonly<Record<string, string>>;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly healthCheck?: ContainerHealthCheck;
  readonly stopTimeoutSeconds: number;
  readonly readonlyRootFilesystem: boolean;
  /** Absent: none. */
  readonly mountPoints?: readonly {
    readonly sourceVolume: string;
    readonly containerPath: string;
    readonly readOnly: boolean;
  }[];
  readonly user?: string;
  readonly logDriver?: string;
  readonly logOptions?: Readonly<Record<string, string>>;
}

export type ContainerImage =
  /** Built from this repository: `directory` is the build context relative to the repository's root, `buildArgs.TARGET` the package within it. */
  | {
      readonly kind: 'asset';
      readonly directory: string;
      readonly dockerfile: string;
      readonly buildArgs: Readonly<Record<string, string>>;
      /** The stage of the Dockerfile that is built. Absent: the last. */
      readonly target?: string;
      /** What it is built for: `linux/amd64`. Absent: for whatever builds it. */
      readonly platform?: string;
    }
  | { readonly kind: 'registry'; readonly uri: string };

export interface PortMapping {
  readonly containerPort: number;
  /** `0` is a dynamic port (bridge mode). */
  readonly hostPort?: number;
  readonly protocol: 'tcp' | 'udp';
  readonly name?: string;
  readonly appProtocol?: 'http' | 'http2' | 'grpc';
}

export interface ContainerHealthCheck {
  /** First word `CMD` or `CMD-SHELL`. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}
