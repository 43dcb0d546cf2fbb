/** Every error this package throws: its code and when it happens. The message names the thing and says what to do. */
export const blueprintErrors = {
  BLUEPRINT_ASSEMBLY_MISSING: 'The directory to read holds no cloud assembly.',
  BLUEPRINT_ASSEMBLY_DAMAGED: 'A file of the cloud assembly is missing, is no JSON or lacks what every such file has.',
  BLUEPRINT_INTRINSIC_UNKNOWN: 'A template uses an intrinsic function that the reader does not know.',
  BLUEPRINT_INTRINSIC_INVALID: 'An intrinsic function has arguments that cannot be evaluated.',
  BLUEPRINT_REFERENCE_UNRESOLVED:
    'A template refers to a resource, parameter, condition or mapping that does not exist.',
  BLUEPRINT_REFERENCE_CIRCULAR: 'Values of a template refer to each other in a circle.',
  BLUEPRINT_IMPORT_UNRESOLVED: 'No stack of the assembly exports the name that a template imports.',
  BLUEPRINT_ATTRIBUTE_UNKNOWN: 'A template asks a resource for an attribute that the reader does not know.',
  BLUEPRINT_PROPERTY_INVALID: 'A property of a resource is missing or has the wrong type or value.',
  BLUEPRINT_RESOURCE_UNSUPPORTED:
    'A resource is of a kind that the blueprint cannot represent and that cannot be left out.',
  BLUEPRINT_ACTION_UNSUPPORTED: 'A listener or a rule has an action of a type that the blueprint cannot represent.',
  BLUEPRINT_IMAGE_TARGET_MISSING: 'A container runs an image asset that has no build argument TARGET.',
  BLUEPRINT_FILE_INVALID: 'The text is no blueprint, or one of another format version.',
  BLUEPRINT_NAME_UNKNOWN: 'The blueprint has nothing of that kind with that name.',
  BLUEPRINT_SETTING_INVALID: 'An attribute of a load balancer or target group has a value that AWS does not accept.',
  BLUEPRINT_RULE_PATTERN_INVALID:
    'A rule condition holds a pattern, an address block or a regular expression that an ALB rejects.',
  BLUEPRINT_RULE_REFUSED:
    'A listener or a rule has conditions, transforms or an action that a deployment would refuse.',
  BLUEPRINT_RULE_PRIORITY_INVALID: "A listener's rules lack a default rule, have two, or repeat a priority.",
} as const satisfies Record<string, string>;

export type BlueprintErrorCode = keyof typeof blueprintErrors;

/** What this package throws for input it cannot accept: one clear sentence in `message`, the case in `code`. */
export class BlueprintError extends Error {
  override readonly name = 'BlueprintError';
  readonly code: BlueprintErrorCode;

  constructor(code: BlueprintErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
