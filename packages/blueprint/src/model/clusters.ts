export interface Cluster {
  readonly name: string;
  readonly arn: string;
  /** Name of the default Service Connect namespace. */
  readonly serviceConnectNamespace?: string;
  /** Those of the blueprint's `capacityProviders` that it may use: their instances are its container instances. Absent: none. */
  readonly capacityProviders?: readonly string[];
}

export interface AutoScalingGroup {
  readonly name: string;
  /** Its instances are spread over these subnets' zones. */
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly instanceType: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredCapacity: number;
}

export interface CapacityProvider {
  readonly name: string;
  readonly autoScalingGroup: string;
  readonly managedScaling: boolean;
  readonly managedDraining: boolean;
  readonly managedTerminationProtection: boolean;
}
