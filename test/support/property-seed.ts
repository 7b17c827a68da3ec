import { configureGlobal, readConfigureGlobal } from 'fast-check';

/** CI tries the same cases each time, so that it judges the change and not the draw; every other run draws anew. */
if (process.env['CI'] !== undefined) configureGlobal({ ...readConfigureGlobal(), seed: 20_261_122 });
