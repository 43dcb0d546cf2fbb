/** The yardstick among Node's proxies: `node fastify-http-proxy.ts <target port>`; prints its URL. */
import httpProxy from '@fastify/http-proxy';
import fastify from 'fastify';

const [targetPort = ''] = process.argv.slice(2);
const app = fastify();
await app.register(httpProxy, { upstream: `http://127.0.0.1:${targetPort}` });
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
