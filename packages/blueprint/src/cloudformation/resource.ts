import type { Place } from '../identifiers.ts';
import type { Properties } from './properties.ts';

/** One resource of one stack, with its place in the lab decided. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Construct path below the stack. */
  readonly path: string;
  /** For messages: `Services/api/Service (AWS::ECS::Service)`. */
  readonly label: string;
  /** The same for the same stack and logical id: what ids are made of. */
  readonly seed: string;
  readonly place: Place;
  readonly properties: Properties;
  /** Unique among the resources of its type. */
  readonly name: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  attribute(attribute: string): unknown;
}

/** How resources of a type are named and what CloudFormation's references to them give. */
export interface ResourceType {
  /** The property that holds the physical name. */
  readonly nameProperty?: string;
  /**
   * Properties, by their paths (`A.B.C`, lists without indices), that may go unread: nothing that the blueprint says depends
   * on them. Whatever else goes unread is a warning.
   */
  readonly ignored?: readonly string[];
  /** A derived name is made of the last part of the construct path only: for what lies within a VPC. */
  readonly isNamedByLastSegment?: boolean;
  readonly ref: (resource: Resource) => string;
  readonly attributes?: Readonly<Record<string, (resource: Resource) => unknown>>;
  /** Values besides `Ref` by which properties of other resources refer to one of this type. */
  readonly aliases?: (resource: Resource) => readonly string[];
}

export type ResourceTypes = Readonly<Record<string, ResourceType>>;
