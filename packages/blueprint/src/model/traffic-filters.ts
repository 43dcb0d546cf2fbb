export interface NetworkAcl {
  readonly name: string;
  readonly id: string;
  readonly vpc: string;
  /** Ascending by rule number, inbound first. */
  readonly entries: readonly NetworkAclEntry[];
}

export interface NetworkAclEntry {
  readonly ruleNumber: number;
  readonly direction: 'inbound' | 'outbound';
  readonly ruleAction: 'allow' | 'deny';
  /** `-1` (all), `tcp`, `udp`, `icmp` or the protocol's number. */
  readonly protocol: string;
  readonly cidrBlock: string;
  /** Inclusive. Absent: all ports. */
  readonly ports?: { readonly from: number; readonly to: number };
}

export interface SecurityGroup {
  readonly name: string;
  readonly id: string;
  readonly vpc: string;
  readonly description: string;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
}

export interface SecurityGroupRule {
  /** `-1` (all), `tcp`, `udp` or `icmp`. */
  readonly protocol: string;
  /** Inclusive. Absent: all ports. */
  readonly ports?: { readonly from: number; readonly to: number };
  /** A CIDR block (v4 or v6), `security-group:<name>` or `prefix-list:<id>`. */
  readonly peer: string;
  readonly description?: string;
}
