import type { ReadOptions } from './blueprint-of.ts';
import type { Blueprint } from './model.ts';

/**
 * Reads the cloud assembly in a directory (`cdk.out`) into a blueprint. Throws a `BlueprintError` when the assembly is
 * missing or damaged, or holds what the blueprint cannot represent; what can be left out is listed in `warnings`.
 */
export async function readBlueprint(assemblyDirectory: string, options: ReadOptions = {}): Promise<Blueprint> {
  // Loaded when asked for: a lab that starts from a written blueprint does without the reader's forty modules.
  const [{ loadAssembly }, { blueprintOf }] = await Promise.all([
    import('./assembly/load.ts'),
    import('./blueprint-of.ts'),
  ]);
  return blueprintOf(await loadAssembly(assemblyDirectory), options);
}
