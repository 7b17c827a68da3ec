export { LOG_FOLDER, openDatabase, SNAPSHOT_FOLDER } from './open-database.ts';
export { emptyTables, replayTables } from './plain-tables.ts';
export { WorldStorage } from './world-storage.ts';
