/** What one alias has done since its proxy started. */
export interface EndpointStatistics {
  /** The alias's name. */
  readonly endpoint: string;
  /** Requests (connections for what is passed through), each counted once whatever its attempts. */
  readonly requests: number;
  /** Attempts that ended in a 5xx response, a connection failure, a reset or a time-out. */
  readonly failures: number;
  readonly retries: number;
  readonly ejections: number;
  /** Under way now. */
  readonly active: number;
  readonly hosts: readonly HostStatistics[];
}

/** The same by host; `requests` are attempts here, `retries` those of them that repeat a request. */
export interface HostStatistics {
  /** `address:port` */
  readonly host: string;
  readonly requests: number;
  readonly failures: number;
  readonly retries: number;
  readonly ejections: number;
  readonly active: number;
  readonly isEjected: boolean;
}
