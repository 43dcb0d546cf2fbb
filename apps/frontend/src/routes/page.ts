import type { FastifyPluginCallback } from 'fastify';
import { PAGE_FILES, sendPage } from '../page/page.ts';

/** `GET /` and the page's own two files. */
export const pageRoutes: FastifyPluginCallback = (app, _options, done) => {
  app.get('/', async (_request, reply) => await sendPage(reply, 'index.html'));
  for (const file of PAGE_FILES) app.get(`/assets/${file}`, async (_request, reply) => await sendPage(reply, file));
  done();
};
