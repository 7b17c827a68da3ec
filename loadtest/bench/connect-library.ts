import { DbConnectionBase, DbConnectionBuilder, type RemoteModule } from '@tickbase/client';
import { remoteModuleOf } from '../bots/remote-module-of.ts';
import { LightBot } from '../light-bot.ts';

/** Connections of the client library to a server whose module is not known here: a light bot asks for its schema, once. */
export async function connectLibrary<Names extends LibraryNames>(
  uri: string,
): Promise<() => Promise<DbConnectionBase<Names>>> {
  const bot = new LightBot(uri, false);
  await bot.live();
  const { schema, database } = bot.welcome;
  bot.close();
  const module: RemoteModule = remoteModuleOf(schema);
  return () =>
    new Promise((resolve, reject) => {
      new DbConnectionBuilder<Names, DbConnectionBase<Names>>({
        module,
        tables: {} as Names['tables'],
        make: (setup) => new DbConnectionBase(setup),
      })
        .withUri(new URL(uri).origin)
        .withDatabaseName(database)
        .onConnect((connected) => resolve(connected))
        .onConnectError((_context, error) => reject(error))
        .build();
    });
}

interface LibraryNames {
  readonly db: object;
  readonly reducers: object;
  readonly tables: object;
}
