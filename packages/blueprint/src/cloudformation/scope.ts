/** What an expression can ask of its stack. */
export interface Scope {
  /** Whose expression it is, for errors: `Services/api/Service (AWS::ECS::Service)`. */
  readonly where: string;
  /** In the order of `Fn::GetAZs`. */
  readonly availabilityZones: readonly string[];
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, topLevelKey: string, secondLevelKey: string): unknown;
  importValue(exportName: string): unknown;
  stackOutput(stackName: string, outputName: string): unknown;
}

/** What `Ref: AWS::NoValue` gives: the property or element that holds it is left out. */
export const noValue = Symbol('AWS::NoValue');
