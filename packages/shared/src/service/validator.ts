import type { FastifySchemaCompiler } from 'fastify';
import { checkValue } from '../schema/check-value.ts';
import type { CheckOptions } from '../schema/check-value.ts';
import type { Schema } from '../schema/schema.ts';
import { ProblemError } from './problem.ts';

const NAMES: Readonly<Record<string, CheckOptions>> = {
  body: { name: 'the body', memberName: (member) => member },
  querystring: { name: 'the query', memberName: (member) => `?${member}`, convert: true },
  params: { name: 'the path', memberName: (member) => `:${member}`, convert: true },
  headers: { name: 'the headers', memberName: (member) => `header ${member}`, convert: true },
};

/** Fastify's validator on the kit's own schema check: nothing is compiled, so nothing delays the start. */
export const validatorCompiler: FastifySchemaCompiler<Schema> = ({ schema, httpPart }) => {
  const options = NAMES[httpPart ?? 'body'] ?? { name: 'the request' };
  return (value: unknown) => {
    const checked = checkValue(schema, value, options);
    if ('value' in checked) return { value: checked.value };
    const detail = checked.problems.join(' ');
    return { error: new ProblemError(400, 'SERVICE_REQUEST_INVALID', detail, { problems: checked.problems }) };
  };
};
