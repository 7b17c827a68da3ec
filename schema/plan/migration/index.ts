export { compareTypes, type TypeRelation } from './compare-types.ts';
export * from './migration-plan.ts';
export { isAllowed, planMigration } from './plan-migration.ts';
