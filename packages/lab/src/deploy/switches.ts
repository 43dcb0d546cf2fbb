import { parseSwitches, switchDescriptions, SwitchError } from '@switchyard/infra/src/switches.ts';
import type { Switches } from '@switchyard/infra/src/switches.ts';
import type { Command } from 'commander';

import { deployErrors } from './errors.ts';

/** Flags that read better than the context key they stand for. */
const flagNames: Readonly<Record<string, string>> = {
  domainName: 'domain',
  hostedZoneId: 'hosted-zone',
  certificateArn: 'certificate',
};

type SwitchName = keyof Switches;

/** Options by commander's names, as {@link addSwitchFlags} makes them. */
export interface SwitchOptions {
  readonly assembly?: string;
  readonly context?: readonly string[];
  readonly [option: string]: unknown;
}

/** A flag for each switch of the CDK app, with its help, and `--context` for whatever else an app may be told. */
export function addSwitchFlags(command: Command): Command {
  for (const name of switchNames()) {
    const { help, values } = switchDescriptions[name];
    if (isBoolean(name)) command.option(`--${flagOf(name)}`, inFlags(help));
    else command.option(`--${flagOf(name)} <value>`, `${inFlags(help)} [${values}]`);
  }
  return command.option(
    '-c, --context <key=value>',
    'any other context value of the CDK app; may be repeated',
    (text: string, texts: string[]) => [...texts, text],
    [],
  );
}

/**
 * The CDK context that the flags stand for. Choices that the app would refuse are refused here, before anything runs.
 * @throws LabError LAB_CONTEXT_INVALID, LAB_SWITCHES_REFUSED
 */
export function contextOf(options: SwitchOptions): Record<string, string> {
  // Without a prototype, every key that somebody writes is one of its own, `__proto__` too.
  const context: Record<string, string> = Object.create(null);
  for (const text of options.context ?? []) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) throw deployErrors.contextInvalid(text);
    context[key] = value;
  }
  for (const name of switchNames()) {
    const value = options[camelCase(flagOf(name))];
    // A value, or true for a flag without one.
    if (typeof value === 'string' || typeof value === 'boolean') context[name] = String(value);
  }
  try {
    parseSwitches(context);
  } catch (error) {
    if (error instanceof SwitchError) throw deployErrors.switchesRefused(inFlags(error.message));
    throw error;
  }
  return context;
}

function switchNames(): SwitchName[] {
  return Object.keys(switchDescriptions) as SwitchName[];
}

/** The CDK app speaks of its context keys; here they are flags. One-word keys are called the same and stay words. */
function inFlags(text: string): string {
  return switchNames()
    .filter((name) => /[A-Z]/.test(name))
    .reduce((words, name) => words.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `--${flagOf(name)}`), text);
}

function isBoolean(name: SwitchName): boolean {
  return switchDescriptions[name].values === 'true or false';
}

function flagOf(name: SwitchName): string {
  return flagNames[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function camelCase(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
