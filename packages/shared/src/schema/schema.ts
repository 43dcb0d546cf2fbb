import type { FastifyTypeProvider } from 'fastify';
import type { XStatic } from 'typebox/schema';

/** The part of JSON Schema that this kit validates. Written as plain objects `as const`; TypeBox derives the types. */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Of an object: `false` refuses unknown members, a schema describes them; absent drops them. */
  readonly additionalProperties?: false | Schema;
  readonly maxProperties?: number;
}

/** The type of the values that a schema written `as const` accepts. */
export type Static<S> = XStatic<S>;

/** Tells Fastify's types what a route's schemas mean. Types only: nothing is loaded for it at run time. */
export interface SchemaTypeProvider extends FastifyTypeProvider {
  readonly validator: Static<this['schema']>;
  readonly serializer: Static<this['schema']>;
}
