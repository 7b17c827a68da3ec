export { DiffWorkers, type DiffWorkersOptions } from './diff-workers.ts';
