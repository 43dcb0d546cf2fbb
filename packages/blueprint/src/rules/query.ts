import { compileGlob } from './glob.ts';

/**
 * Compiles one value of a query-string condition into a question to the raw query. Both sides ignore case; nothing is
 * percent-decoded (`ruleDecisions.queryIsComparedRaw`). Without `key`, any parameter with the value will do.
 */
export function compileQueryPair(pair: { readonly key?: string; readonly value: string }): (query: string) => boolean {
  const key = pair.key === undefined ? undefined : compileGlob(pair.key.toLowerCase());
  const value = compileGlob(pair.value.toLowerCase());
  return (query) => {
    if (query === '') return false;
    return parametersOf(query).some((parameter) => (key === undefined || key(parameter.key)) && value(parameter.value));
  };
}

function parametersOf(query: string): { readonly key: string; readonly value: string }[] {
  const hash = query.indexOf('#');
  const text = (hash < 0 ? query : query.slice(0, hash)).toLowerCase();
  return text
    .split('&')
    .filter((parameter) => parameter !== '')
    .map((parameter) => {
      const equals = parameter.indexOf('=');
      return equals < 0
        ? { key: parameter, value: '' }
        : { key: parameter.slice(0, equals), value: parameter.slice(equals + 1) };
    });
}
