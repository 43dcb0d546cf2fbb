import { BlueprintError } from '../errors.ts';
import { isRecord, own } from '../json.ts';
import { cidrBlocks } from './cidr.ts';
import { noValue, type Scope } from './scope.ts';

/**
 * The plain value of a template expression: intrinsic functions are replaced by what they give, at any depth.
 * Throws `BLUEPRINT_INTRINSIC_…`, `BLUEPRINT_REFERENCE_…`, `BLUEPRINT_IMPORT_…`; each message names `scope.where`.
 */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value))
    return value.map((element) => evaluate(element, scope)).filter((element) => element !== noValue);
  if (!isRecord(value)) return value;
  const intrinsic = intrinsicOf(value);
  if (intrinsic !== undefined) {
    const run = own(intrinsics, intrinsic.name);
    if (run === undefined) {
      throw new BlueprintError(
        'BLUEPRINT_INTRINSIC_UNKNOWN',
        `${scope.where} uses the intrinsic function ${intrinsic.name}, which the blueprint reader does not know; write the value without it.`,
      );
    }
    return run(intrinsic.argument, scope);
  }
  const entries = Object.entries(value).map(([key, member]) => [key, evaluate(member, scope)] as const);
  return Object.fromEntries(entries.filter(([, member]) => member !== noValue));
}

function intrinsicOf(value: Readonly<Record<string, unknown>>): { name: string; argument: unknown } | undefined {
  const keys = Object.keys(value);
  const [name] = keys;
  if (name === undefined || keys.length > 1 || !(name === 'Ref' || name.startsWith('Fn::'))) return undefined;
  return { name, argument: value[name] };
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

/** Every intrinsic function that the reader knows, by its key in a template. */
const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => (argument === 'AWS::NoValue' ? noValue : scope.ref(text(argument, 'Ref', scope))),
  'Fn::GetAtt': getAtt,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::Sub': sub,
  'Fn::GetAZs': (_argument, scope) => [...scope.availabilityZones],
  'Fn::ImportValue': (argument, scope) => scope.importValue(text(argument, 'Fn::ImportValue', scope)),
  'Fn::GetStackOutput': stackOutput,
  'Fn::FindInMap': findInMap,
  'Fn::Base64': (argument, scope) => Buffer.from(text(argument, 'Fn::Base64', scope)).toString('base64'),
  'Fn::Cidr': cidr,
  'Fn::Length': (argument, scope) => elements(argument, 'Fn::Length', scope).length,
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(evaluate(argument, scope)),
  'Fn::If': conditional,
  'Fn::Equals': holds,
  'Fn::And': holds,
  'Fn::Or': holds,
  'Fn::Not': holds,
};

/** The truth of a condition's expression: `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not`, `Condition`. */
export function evaluateCondition(expression: unknown, scope: Scope): boolean {
  if (isRecord(expression)) {
    const [[name, argument] = ['', undefined], ...more] = Object.entries(expression);
    if (more.length === 0) {
      if (name === 'Condition') return scope.condition(text(argument, name, scope));
      const all = () => elements(argument, name, scope, { raw: true });
      if (name === 'Fn::And') return all().every((part) => evaluateCondition(part, scope));
      if (name === 'Fn::Or') return all().some((part) => evaluateCondition(part, scope));
      if (name === 'Fn::Not') return !all().some((part) => evaluateCondition(part, scope));
      if (name === 'Fn::Equals') {
        const [left, right] = elements(argument, name, scope);
        return JSON.stringify(left) === JSON.stringify(right);
      }
    }
  }
  const value = evaluate(expression, scope);
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalid('a condition', 'that is neither true nor false', scope);
}

function holds(argument: unknown, scope: Scope): never {
  throw invalid('a condition function', `outside a condition: ${JSON.stringify(argument)}`, scope);
}

function conditional(argument: unknown, scope: Scope): unknown {
  const [condition, whenTrue, whenFalse] = elements(argument, 'Fn::If', scope, { raw: true });
  if (typeof condition !== 'string') throw invalid('Fn::If', 'without the name of a condition', scope);
  return evaluate(scope.condition(condition) ? whenTrue : whenFalse, scope);
}

function getAtt(argument: unknown, scope: Scope): unknown {
  const [logicalId, ...attribute] =
    typeof argument === 'string' ? argument.split('.') : elements(argument, 'Fn::GetAtt', scope);
  if (typeof logicalId !== 'string' || attribute.length === 0)
    throw invalid('Fn::GetAtt', 'without a resource and an attribute', scope);
  return scope.attribute(logicalId, attribute.join('.'));
}

function join(argument: unknown, scope: Scope): string {
  const [delimiter, parts] = elements(argument, 'Fn::Join', scope);
  if (typeof delimiter !== 'string' || !Array.isArray(parts))
    throw invalid('Fn::Join', 'without a delimiter and a list', scope);
  return parts.map((part) => scalar(part, 'Fn::Join', scope)).join(delimiter);
}

function select(argument: unknown, scope: Scope): unknown {
  const [index, list] = elements(argument, 'Fn::Select', scope);
  if (!Array.isArray(list)) throw invalid('Fn::Select', 'without a list', scope);
  const chosen: unknown = list[Number(index)];
  if (chosen === undefined) {
    throw invalid(
      'Fn::Select',
      `that asks for element ${scalar(index, 'Fn::Select', scope)} of a list of ${list.length}`,
      scope,
    );
  }
  return chosen;
}

function split(argument: unknown, scope: Scope): string[] {
  const [delimiter, source] = elements(argument, 'Fn::Split', scope);
  if (typeof delimiter !== 'string' || delimiter === '' || typeof source !== 'string') {
    throw invalid('Fn::Split', 'without a delimiter and a text', scope);
  }
  return source.split(delimiter);
}

function sub(argument: unknown, scope: Scope): string {
  const [template, given] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
  if (typeof template !== 'string') throw invalid('Fn::Sub', 'without a text', scope);
  const variables = evaluate(given, scope);
  return template.replaceAll(/\$\{([^}]*)\}/g, (_whole, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const key = name.trim();
    if (isRecord(variables) && Object.hasOwn(variables, key)) return scalar(variables[key], 'Fn::Sub', scope);
    const value = key.includes('.') ? getAtt(key, scope) : scope.ref(key);
    return scalar(value, 'Fn::Sub', scope);
  });
}

function stackOutput(argument: unknown, scope: Scope): unknown {
  const { StackName: stack, OutputName: output } = (evaluate(argument, scope) ?? {}) as Record<string, unknown>;
  if (typeof stack !== 'string' || typeof output !== 'string') {
    throw invalid('Fn::GetStackOutput', 'without a stack and an output', scope);
  }
  return scope.stackOutput(stack, output);
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const [map, top, second, options] = elements(argument, 'Fn::FindInMap', scope);
  const name = (part: unknown) => scalar(part, 'Fn::FindInMap', scope);
  const found = scope.mapping(name(map), name(top), name(second));
  if (found !== undefined) return found;
  if (isRecord(options) && 'DefaultValue' in options) return options['DefaultValue'];
  throw new BlueprintError(
    'BLUEPRINT_REFERENCE_UNRESOLVED',
    `${scope.where} looks up ${name(map)}.${name(top)}.${name(second)}, which the template's mappings do not have.`,
  );
}

function cidr(argument: unknown, scope: Scope): string[] {
  const [block, count, bits = 8] = elements(argument, 'Fn::Cidr', scope);
  const blocks = cidrBlocks(scalar(block, 'Fn::Cidr', scope), Number(count), Number(bits));
  if (blocks === undefined)
    throw invalid('Fn::Cidr', `that cannot be divided: ${JSON.stringify([block, count, bits])}`, scope);
  return blocks;
}

/** The list that an intrinsic takes; its elements evaluated unless `raw`. */
function elements(argument: unknown, name: string, scope: Scope, options = { raw: false }): unknown[] {
  const list = options.raw ? argument : evaluate(argument, scope);
  if (!Array.isArray(list)) throw invalid(name, 'without its list of arguments', scope);
  return list;
}

function text(argument: unknown, name: string, scope: Scope): string {
  return scalar(evaluate(argument, scope), name, scope);
}

function scalar(value: unknown, name: string, scope: Scope): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalid(name, `with ${JSON.stringify(value)} where a text is needed`, scope);
}

function invalid(name: string, what: string, scope: Scope): BlueprintError {
  return new BlueprintError('BLUEPRINT_INTRINSIC_INVALID', `${scope.where} uses ${name} ${what}.`);
}
