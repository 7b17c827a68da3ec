import { schema, table, t } from '@tickbase/schema';
      const world = schema({ lamp: table({ name: 'lamp', public: true }, { id: t.u32().primaryKey(), lit: t.bool() }) });
      export default world;
      export const toggle_lamp = world.reducer({ id: t.u32() }, () => {});