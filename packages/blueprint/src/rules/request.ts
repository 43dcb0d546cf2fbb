/** What a rule can ask about a request. */
export interface RequestFacts {
  readonly method: string;
  /** The Host header as sent (`:authority` in HTTP/2), port included. */
  readonly host: string;
  /** Without the query. */
  readonly path: string;
  /** As sent, without `?`; empty when there is none. */
  readonly query: string;
  /** The peer of the connection, never what a header claims. */
  readonly sourceIp: string;
  /** The values of all lines with that name, in order; empty when there is none. */
  header(lowerCaseName: string): readonly string[];
}
