import { buildService } from '../../src/service/build-service.ts';
import { startService } from '../../src/service/start-service.ts';

/** A real service process for the shutdown tests: `/slow` answers when the parent says `answer`, `/begun` is told to the parent. */
const waiting: (() => void)[] = [];
process.on('message', (message) => {
  if (message === 'answer') for (const answer of waiting.splice(0)) answer();
});

await startService({
  env: process.env,
  depth: 0,
  buildApp: (context) => {
    const app = buildService(context);
    app.get('/slow', { handlerTimeout: 60_000 }, async () => {
      process.send?.('begun');
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { slow: true };
    });
    app.addHook('onClose', () => {
      process.send?.('closed');
    });
    return app;
  },
});
