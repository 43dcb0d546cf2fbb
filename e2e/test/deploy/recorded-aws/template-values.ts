/** As much of CloudFormation's intrinsic functions as outputs, exports and imports need. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string }>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

/** What templates refer to besides resources: pseudo parameters by `Ref`, attributes with one value for every resource. */
export interface Names {
  readonly pseudo: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A resource's `Ref` is its logical id, `Fn::GetAtt` the id and the attribute, in lower case: enough to tell them apart. */
export function valueOf(value: unknown, names: Names): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return names.pseudo[String(argument)] ?? String(argument).toLowerCase();
  if (name === 'Fn::GetAtt') {
    const [logicalId = '', attribute = ''] = argument as string[];
    return names.attributes[attribute] ?? `${logicalId}.${attribute}`.toLowerCase();
  }
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => valueOf(part, names)).join(separator);
  }
  return JSON.stringify(value);
}
