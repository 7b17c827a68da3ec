import type { PlainCentre } from './plain-area.ts';
import type { PlainWorld } from './plain-world.ts';
import { valueText } from './value-text.ts';

/** By what the avatar's mode says: the body's place, nothing, a failure, two places, or a place of its own. */
export function plainCentres(world: PlainWorld, avatarKey: string): readonly PlainCentre[] | 'fails' {
  const avatars = world.table('avatar');
  const avatar = avatars.rows.get(avatarKey);
  if (avatar === undefined) return [];
  const value = (accessor: string): unknown =>
    avatar.values[avatars.plan.columns.findIndex((column) => column.accessor === accessor)];
  const mode = (value('mode') as number) % 8;
  if (mode === 4) return [];
  if (mode === 5) return 'fails';
  if (mode === 7) return [[0, 3.5, -6]];
  const body = world.table('thing0').rows.get(valueText(value('bodyKey')));
  if (body === undefined) return [];
  const { spatial } = world.table('thing0').plan;
  if (spatial?.kind !== 'position') return [];
  const space = spatial.space === null ? 0 : (body.values[spatial.space] as number);
  const here: PlainCentre = [space, body.values[spatial.x] as number, body.values[spatial.y] as number];
  return mode === 6 ? [here, [0, -here[1] / 2, here[2] + 19]] : [here];
}
