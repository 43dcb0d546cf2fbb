import { labErrors } from '../errors.ts';
import { portSettings } from '../settings.ts';
import type { PortName, Ports } from '../settings.ts';

/** Runs what opens some of the lab's ports. That one is taken, or not allowed, becomes a sentence that names it and how to choose another. */
export async function namingPorts<T>(names: readonly PortName[], ports: Ports, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isTaken = (error as NodeJS.ErrnoException).code?.endsWith('_PORT_TAKEN') === true;
    if (!isTaken && !/\bEACCES\b|need privileges/.test(error.message)) throw error;
    const name = names.find((candidate) => new RegExp(`\\b${ports[candidate]}\\b`).test(error.message));
    if (name === undefined) throw error;
    const { what, flag, variable } = portSettings[name];
    throw labErrors[isTaken ? 'portTaken' : 'portNotAllowed'](ports[name], what, flag, variable);
  }
}
