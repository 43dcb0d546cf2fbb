/**
 * `node:http` by the way that does not read every export: an `import` of it evaluates the getters for WebSocket and its kin, which loads
 * Node's own copy of undici, and every start of the lab would wait for that.
 */
const http = process.getBuiltinModule('node:http');

export const { STATUS_CODES, createServer, request } = http;
