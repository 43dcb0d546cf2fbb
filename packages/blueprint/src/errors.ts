/** Every error this package throws: its code and when it happens. The message names the thing and says what to do. */
export const blueprintErrors = {
  BLUEPRINT_RULE_PATTERN_INVALID:
    'A rule condition holds a pattern, an address block or a regular expression that an ALB rejects.',
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
