/** As much of CloudFormation's intrinsic functions as outputs, exports and imports need. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

/** A resource's `Ref` is its logical id, `Fn::GetAtt` the id and the attribute, in lower case: enough to tell them apart. */
export function valueOf(value: unknown, pseudo: Readonly<Record<string, string>>): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return pseudo[String(argument)] ?? String(argument).toLowerCase();
  if (name === 'Fn::GetAtt') return (argument as string[]).join('.').toLowerCase();
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => valueOf(part, pseudo)).join(separator);
  }
  return JSON.stringify(value);
}

/** The names that a template imports from other stacks. */
export function importsOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'Fn::ImportValue' ? [String(member)] : importsOf(member),
  );
}
