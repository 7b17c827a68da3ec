// As `node --conditions=tickbase-source`, for a process that has begun: our packages resolve to their sources.
export function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier, { ...context, conditions: [...context.conditions, 'tickbase-source'] });
}
