import { Script } from 'node:vm';
import type { Plan } from '@tickbase/schema/plan';
import { type WorldCode, worldCode } from '../index.ts';

/** The plan's code, compiled in this very context. */
export function compileWorldCode(plan: Plan): WorldCode {
  return new Script(worldCode(plan), { filename: 'tickbase-world.js' }).runInThisContext() as WorldCode;
}
