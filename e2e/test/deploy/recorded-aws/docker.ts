#!/usr/bin/env node
import { appendFileSync } from 'node:fs';
import { argv, exit } from 'node:process';

// A container engine that builds and pushes nothing: it writes down what it was told, and where. CDK takes it by CDK_DOCKER.
const args = argv.slice(2);
appendFileSync(`${import.meta.dirname}/docker.log`, `${JSON.stringify(args)}\n`);
// Nothing has been built before.
if (args[0] === 'inspect') exit(1);
if (args[0] === 'version') process.stdout.write('28.2.2\n');
