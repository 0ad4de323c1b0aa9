import {
  type Abstract,
  type ClassProvider,
  type DynamicModule,
  type FactoryProvider,
  Module,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';

/** A class that is both the type of a port and its token. */
export type PortToken<T = unknown> = Abstract<T> & { name: string };

type Own = Pick<ClassProvider, 'useClass'> | Pick<FactoryProvider, 'useFactory' | 'inject'>;

const known = new Set<PortToken>();

/** Providers of a port: what an application puts in its place (`overrides` of `FareboxModule`), or else our own. */
export function port(token: PortToken, own?: Own): Provider[] {
  known.add(token);
  const ownToken = Symbol.for(`farebox:own:${token.name}`);
  const inject = [
    { token: overrideOf(token), optional: true },
    { token: ownToken, optional: true },
  ];
  return [
    ...(own ? [{ provide: ownToken, ...own } as Provider] : []),
    { provide: token, useFactory: (other: unknown, ours: unknown) => other ?? ours, inject },
  ];
}

/** Other classes for ports. Global, as the modules of the ports do not know it. */
@Module({})
export class PortOverridesModule {
  /** @throws {TypeError} for a token that is no port. */
  static of(
    overrides: readonly Exclude<Provider, Type>[],
    imports: NonNullable<ModuleMetadata['imports']>,
  ): DynamicModule {
    const providers = overrides.map((each) => ({ ...each, provide: overrideOf(each.provide) }) as Provider);
    return { module: PortOverridesModule, global: true, imports, providers, exports: providers };
  }
}

function overrideOf(token: unknown): symbol {
  const found = [...known].find((each) => each === token);
  if (found) return Symbol.for(`farebox:override:${found.name}`);
  const names = [...known].map(({ name }) => name).toSorted();
  const given = typeof token === 'function' ? token.name : String(token);
  throw new TypeError(`overrides: ${given} is no port of Farebox. These are: ${names.join(', ')}.`);
}
