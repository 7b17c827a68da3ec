export * from './plan.ts';
export * from './storage-kind.ts';
export * from './type-plan.ts';
