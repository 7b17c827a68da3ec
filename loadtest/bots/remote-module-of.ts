import type { RemoteModule } from '@tickbase/client';
import type { WireSchema } from '@tickbase/protocol';

/** What generated code would say of a module, made from the schema that its server tells: accessors are the names of the wire. */
export function remoteModuleOf(schema: WireSchema): RemoteModule {
  return {
    tables: schema.tables.map(({ name, isEvent, columns, primaryKey, spatial }) => ({
      name,
      accessor: name,
      isEvent,
      columns: columns.map((column) => ({ name: column.name, accessor: column.name, type: column.type })),
      primaryKey: primaryKey === null ? null : primaryKey.map((place) => columns[place]!.name),
      indexes: [],
      ...(spatial === null ? {} : { spatial }),
    })),
    reducers: schema.reducers.map(({ name, params }) => ({
      name,
      accessor: name,
      params: params.map((param) => ({ name: param.name, accessor: param.name, type: param.type })),
    })),
  };
}
